package dev.prefork.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.prefork.LeakCheck;
import dev.prefork.listen.ListenOptions;
import dev.prefork.master.Program;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master whose own loop breaks, by an error that no program can cause at will. */
class MasterSideTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final LeakCheck leaks = new LeakCheck();

    @TempDir
    private Path directory;

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    /** The system's calls, but for one {@code hasEnded}, which runs out of memory. */
    private static Posix breakingOnce(Posix posix) {
        AtomicBoolean broken = new AtomicBoolean();
        return (Posix) Proxy.newProxyInstance(
                MasterSideTest.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("hasEnded") && broken.compareAndSet(false, true)) {
                        throw new OutOfMemoryError("simulated");
                    }
                    try {
                        return method.invoke(posix, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** The first child ends at once, which makes the master look; the second says in a file that it was asked to stop. */
    private Configuration configuration() {
        Path asked = directory.resolve("asked");
        String waits = "trap 'echo asked > " + asked + "; exit 0' TERM; : > " + directory.resolve("set")
                + "; while :; do sleep 0.1; done";
        String ends = "while ! [ -e " + directory.resolve("set") + " ]; do sleep 0.1; done";
        return new Configuration(
                new ListenOptions(16, false, 2),
                new Policy(
                        2,
                        new Policy.Recovery(OptionalInt.of(5), MINUTE, Duration.ZERO, MINUTE),
                        new Policy.Starting(MINUTE, Readiness.automatic(), 2),
                        new Policy.Stopping(Duration.ZERO, MINUTE)),
                new Configuration.Hooks(what -> {}, what -> {}, what -> {}, what -> {}, what -> {}),
                new Configuration.Children(
                        command -> command.start(
                                new Program("/bin/sh", List.of("sh", "-c", command.slot() == 0 ? ends : waits)),
                                Map.of()),
                        Optional.empty(),
                        false,
                        () -> {}),
                entry -> {});
    }

    @Test
    void anErrorInTheLoopEndsTheChildrenInOrderAndHasANameOfItsOwn() {
        MasterSide side = new MasterSide(configuration(), breakingOnce(Posix.system()));
        Throwable thrown = catchThrowableOfType(OutOfMemoryError.class, () -> side.run("tcp4://127.0.0.1:0"));

        assertThat(directory.resolve("asked")).as("TERM, not KILL").exists();
        assertThat(Failure.ofMaster(thrown))
                .hasCause(thrown)
                .hasMessageContaining("the master failed")
                .extracting(Failure::kind)
                .isEqualTo(Failure.Kind.MASTER);
        assertThat(Files.exists(directory.resolve("set"))).isTrue();
    }
}
