package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecTest {
    private static final String NO_SIGNALS = "0000000000000000";
    private static final ExecRequest REQUEST =
            new ExecRequest("/nowhere/command", List.of("command"), List.of("PATH=/bin"), 1000);

    private final Posix posix = Posix.system();

    private void close(int... descriptors) {
        for (int descriptor : descriptors) {
            posix.close(descriptor);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "old"})
    void nothingOfTheRuntimeReachesTheNextProgram(String kernel) throws IOException {
        List<String> command = TestJvm.command(ExecProgram.class.getName(), kernel, "echo $$; exec sleep 60");
        int[] pipe = posix.pipe();
        try (TestChild child = TestChild.start(command, Map.of(), new SpawnRequest.Descriptor(pipe[0], 3))) {
            assertThat(child.readLine()).isEqualTo(String.valueOf(child.pid()));
            assertThat(child.status("SigBlk")).isEqualTo(NO_SIGNALS);
            assertThat(child.status("SigIgn")).isEqualTo(NO_SIGNALS);
            assertThat(child.descriptors().keySet()).containsExactly(0, 1, 2, 3);
        } finally {
            close(pipe);
        }
    }

    @Test
    void theEnvironmentIsTheOneGiven() {
        List<String> command = TestJvm.command(ExecProgram.class.getName(), "new", "env");
        try (TestChild child = TestChild.start(command, Map.of("OTHER", "1"))) {
            assertThat(child.readAll().lines().filter(line -> !line.matches("(PWD|_|SHLVL|OLDPWD)=.*")))
                    .containsExactly("PATH=/usr/bin:/bin");
        }
    }

    @Test
    void signalsAndDescriptorsComeBeforeTheExec() {
        FailingLibc libc = new FailingLibc("none");

        libc.posix().exec(REQUEST);

        assertThat(libc.calls()).startsWith("pthread_sigmask", "sigaction").endsWith("close_range", "execve");
        assertThat(libc.calls()).filteredOn("sigaction"::equals).hasSize(64);
    }

    @Test
    void aSignalThatTheCLibraryKeepsToItselfIsNoFailure() {
        FailingLibc libc = new FailingLibc("sigaction", Errno.EINVAL, Errno.EINVAL);

        assertThatCode(() -> libc.posix().exec(REQUEST)).doesNotThrowAnyException();

        assertThat(libc.calls()).endsWith("execve");
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EINVAL", "ENOSYS", "EPERM"})
    void aKernelThatCannotMarkARangeIsGivenOneDescriptorAfterTheOther(Errno refusal) {
        int[] pipe = posix.pipe();
        int stray = posix.duplicateAbove(pipe[0], 150);
        try {
            FailingLibc libc = new FailingLibc("close_range", refusal);
            libc.posix().exec(new ExecRequest("/bin/true", List.of("true"), List.of(), stray));
            assertThat(libc.calls()).containsSubsequence("close_range", "fcntl", "execve");
        } finally {
            close(stray);
            close(pipe);
        }
    }

    @Test
    void aDescriptorThatIsGoneMeanwhileNeedsNoMark() {
        Libc refusing = new FailingLibc("close_range", Errno.EINVAL).libc();
        FailingLibc libc = new FailingLibc("fcntl", Errno.EBADF, Errno.EBADF);
        int[] error = {0};
        Libc both = (Libc) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Libc.class}, (proxy, method, arguments) -> {
                    boolean range = method.getName().equals("close_range");
                    error[0] = range ? Errno.EINVAL.intValue() : Errno.EBADF.intValue();
                    return method.invoke(range ? refusing : libc.libc(), arguments);
                });

        new LinuxPosix(both, () -> error[0]).exec(new ExecRequest("/bin/true", List.of("true"), List.of(), 0));

        assertThat(libc.calls()).containsSubsequence("fcntl", "execve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pthread_sigmask", "sigaction", "execve"})
    void aFailureNamesTheCall(String function) {
        FailingLibc libc = new FailingLibc(function, Errno.EACCES);

        assertThatThrownBy(() -> libc.posix().exec(REQUEST)).isInstanceOfSatisfying(ErrnoException.class, e -> {
            assertThat(e).hasMessageStartingWith(function + "(");
            assertThat(e.errno()).isEqualTo(Errno.EACCES);
        });
    }

    @Test
    void aRequestClosesWhatIsAboveItsTargets() {
        SpawnRequest none = new SpawnRequest("/bin/true", List.of("true"), List.of(), List.of());
        SpawnRequest input = with(new SpawnRequest.Descriptor(90, 0));
        SpawnRequest some = with(new SpawnRequest.Descriptor(90, 5), new SpawnRequest.Descriptor(91, 3));

        assertThat(none.closedFrom()).isEqualTo(3);
        assertThat(input.closedFrom()).isEqualTo(3);
        assertThat(some.closedFrom()).isEqualTo(6);
    }

    private static SpawnRequest with(SpawnRequest.Descriptor... descriptors) {
        return new SpawnRequest("/bin/true", List.of("true"), List.of(), List.of(descriptors));
    }
}
