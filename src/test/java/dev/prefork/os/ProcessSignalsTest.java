package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signals to a process that may be gone, and its number another's, at any time. */
class ProcessSignalsTest {
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final WaitStatus TERMINATED = new WaitStatus.Signaled(Signal.TERM.number(), false);

    private final Posix posix = Posix.system();

    @Test
    void aProcessThatIsMeantIsSignalledAndAnotherIsNot() {
        try (TestChild child = TestChild.sh("exec sleep 60")) {
            assertThat(posix.killIf(child.pid(), () -> false, Signal.KILL)).isFalse();
            assertThat(posix.reap(child.pid())).isEmpty();

            assertThat(posix.killIf(child.pid(), () -> true, Signal.TERM)).isTrue();
            assertThat(child.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void whileItIsAskedForAPidfdHoldsTheProcessAndLaterNothingDoes() {
        List<String> held = new ArrayList<>();
        try (TestChild child = TestChild.sh("exec sleep 60")) {
            posix.killIf(child.pid(), () -> held.addAll(pidfds()), Signal.TERM);
            child.awaitEnd();
        }
        assertThat(held).hasSize(1);
        assertThat(pidfds()).isEmpty();
    }

    /** The number is free when the question is asked, so that kill(2) could reach the next process that is given it. */
    @Test
    void aProcessThatEndsMeanwhileIsNotMistakenForAnother() {
        try (TestChild child = TestChild.sh("exec sleep 60")) {
            boolean reached = posix.killIf(
                    child.pid(),
                    () -> {
                        posix.kill(child.pid(), Signal.KILL);
                        child.awaitEnd();
                        return true;
                    },
                    Signal.TERM);
            assertThat(reached).isFalse();
            assertThat(posix.killIf(child.pid(), () -> true, Signal.TERM))
                    .as("gone before")
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ENOSYS", "EPERM", "EMFILE"})
    void whereThereIsNoPidfdItIsAskedForAndKilledByItsNumber(Errno refusal) {
        FailingLibc libc = new FailingLibc("syscall", refusal);
        assertThat(libc.posix().killIf(4711, () -> true, Signal.TERM)).isTrue();
        assertThat(libc.calls()).containsExactly("syscall", "kill");

        FailingLibc denied = new FailingLibc("syscall", refusal);
        assertThat(denied.posix().killIf(4711, () -> false, Signal.TERM)).isFalse();
        assertThat(denied.calls()).containsExactly("syscall");
    }

    @Test
    void ofAProcessThatIsGoneNothingIsAsked() {
        FailingLibc libc = new FailingLibc("syscall", Errno.ESRCH);
        assertThat(libc.posix()
                        .killIf(
                                4711,
                                () -> {
                                    throw new AssertionError("asked");
                                },
                                Signal.TERM))
                .isFalse();
        assertThat(libc.calls()).containsExactly("syscall");
    }

    /** A sandbox that knows the one call and not the other. */
    @Test
    void whereAPidfdCannotBeSignalledItsNumberIs() {
        AtomicInteger error = new AtomicInteger();
        Libc real = new LoadedLibc();
        Libc refusing = (Libc) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Libc.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("syscall") && (long) arguments[0] == PIDFD_SEND_SIGNAL) {
                        error.set(Errno.EPERM.intValue());
                        return -1L;
                    }
                    Object answer = method.invoke(real, arguments);
                    error.set(LoadedLibc.lastError());
                    return answer;
                });
        ProcessSignals signals = new ProcessSignals(refusing, new ErrnoGuard(error::get));
        try (TestChild child = TestChild.sh("exec sleep 60")) {
            assertThat(signals.killIf(child.pid(), () -> true, Signal.TERM)).isTrue();
            assertThat(child.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void aSignalThatMayNotBeSentIsThrown() {
        FailingLibc libc = new FailingLibc("syscall", Errno.ENOSYS);
        Posix refusing = new FailingLibc("kill", Errno.EPERM).posix();
        assertThatThrownBy(() -> refusing.kill(4711, Signal.TERM)).hasMessageContaining("(EPERM)");
        assertThatThrownBy(() -> libc.posix().killIf(0, () -> true, Signal.TERM))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> pidfds() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(ProcessSignalsTest::target)
                    .filter(target -> target.contains("pidfd"))
                    .toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (java.io.IOException closed) {
            return "";
        }
    }
}
