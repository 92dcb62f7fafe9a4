package dev.prefork.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.ExecRequest;
import dev.prefork.os.Posix;
import dev.prefork.os.UnsupportedPlatformException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is a shim, and what it says when it cannot become a worker. */
class ShimTest {
    private static final Map<String, String> MARKED = Map.of("PREFORK_CHILD", "1");
    private static final Map<String, String> ORDERED = new TreeMap<>(Map.of(
            "PREFORK_CHILD", "1",
            "PREFORK_EXEC_FILE", "/usr/bin/app",
            "PREFORK_EXEC_COUNT", "1",
            "PREFORK_EXEC_0", "app",
            "PREFORK_EXEC_PIDS", "LISTEN_PID",
            "PREFORK_EXEC_CLOSED_FROM", "4"));

    private final List<ExecRequest> executed = new ArrayList<>();

    @Test
    void theWordAndTheMarkMakeAShim() {
        assertThat(Shim.isMeant(MARKED, "exec-worker")).isTrue();
        assertThat(Shim.isMeant(ORDERED, "exec-worker")).isTrue();
    }

    @Test
    void theWordWithoutTheMarkDoesNot() {
        assertThat(Shim.isMeant(Map.of(), "exec-worker")).isFalse();
        assertThat(Shim.isMeant(Map.of("PREFORK_CHILD", "0"), "exec-worker")).isFalse();
        Map<String, String> unmarked = new TreeMap<>(ORDERED);
        unmarked.remove("PREFORK_CHILD");
        assertThat(Shim.isMeant(unmarked, "exec-worker")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "run exec-worker",
                "exec-worker run",
                "-- exec-worker",
                "exec-worker --",
                "EXEC-WORKER"
            })
    void anOrderMakesNobodyAShimWhoWasNotCalledSo(String arguments) {
        assertThat(Shim.isMeant(ORDERED, arguments.split(" "))).isFalse();
    }

    @Test
    void noArgumentsAreNotTheWord() {
        assertThat(Shim.isMeant(ORDERED)).isFalse();
    }

    @Test
    void withoutAnOrderItIsBadUsage() {
        Shim.Failure failure = shim(Errno.ENOENT).run(MARKED);

        assertThat(failure.exitCode()).isEqualTo(2);
        assertThat(failure.line())
                .isEqualTo("prefork: exec-worker is internal, for a master that starts its workers with"
                        + " it; remove it");
        assertThat(executed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ENOENT,127,check that it exists",
        "ENOTDIR,127,check that it exists",
        "EACCES,126,check that this user may execute it",
        "ENOEXEC,126,check that this user may execute it",
        "E2BIG,126,check that this user may execute it",
    })
    void aFailedExecHasTheExitCodeOfAShell(Errno errno, int exitCode, String remedy) {
        Shim.Failure failure = shim(errno).run(ORDERED);

        assertThat(failure.exitCode()).isEqualTo(exitCode);
        assertThat(failure.line())
                .startsWith("prefork: /usr/bin/app cannot be executed (" + errno.description()
                        + "), so the worker never starts; " + remedy);
        assertThat(executed)
                .containsExactly(new ExecRequest(
                        "/usr/bin/app", List.of("app"), List.of("PREFORK_CHILD=1", "LISTEN_PID=4711"), 4));
    }

    @Test
    void whatIsSaidIsOneLine() {
        Map<String, String> environment = new TreeMap<>(ORDERED);
        environment.put("PREFORK_EXEC_FILE", "/tmp/a\nb");

        assertThat(shim(Errno.ENOENT).run(environment).line()).startsWith("prefork: /tmp/a?b cannot");
    }

    @Test
    void aSystemOnWhichNothingGoesSaysSo() {
        Shim shim = new Shim(() -> {
            throw new UnsupportedPlatformException("glibc 2.17 is too old");
        });

        assertThat(shim.run(ORDERED)).isEqualTo(new Shim.Failure(126, "glibc 2.17 is too old"));
    }

    private Shim shim(Errno errno) {
        return new Shim(() -> (Posix) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getpid")) {
                        return 4711;
                    }
                    executed.add((ExecRequest) arguments[0]);
                    throw new ErrnoException("execve", errno);
                }));
    }
}
