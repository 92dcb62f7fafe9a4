package dev.prefork.os;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChildrenTest {
    private static final int PR_SET_CHILD_SUBREAPER = 36;

    private final Posix posix = Posix.system();

    @Test
    void theOwnPidAndTheParentsAreTheKernels() {
        assertThat(posix.getpid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(posix.getppid())
                .isEqualTo(ProcessHandle.current()
                        .parent()
                        .map(parent -> (int) parent.pid())
                        .orElse(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 127, 143, 255})
    void anExitCodeIsReported(int code) {
        try (TestChild child = TestChild.sh("exit " + code)) {
            assertThat(child.awaitEnd()).isEqualTo(new WaitStatus.Exited(code));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Signal.class,
            names = {"HUP", "INT", "KILL", "TERM", "USR1", "PIPE"})
    void aDeathBySignalIsReported(Signal signal) {
        try (TestChild child = TestChild.sh("exec sleep 60")) {
            assertThat(posix.kill(child.pid(), signal)).isTrue();
            assertThat(child.awaitEnd()).isEqualTo(new WaitStatus.Signaled(signal.number(), false));
        }
    }

    @Test
    void peekingSeesTheDeadChildAndLeavesItToBeReaped() {
        try (TestChild child = TestChild.sh("exit 7")) {
            await().until(() -> posix.peekExited().equals(OptionalInt.of(child.pid())));
            assertThat(posix.peekExited()).hasValue(child.pid());
            assertThat(posix.reap(child.pid())).contains(new WaitStatus.Exited(7));
            assertThat(posix.peekExited()).isEmpty();
            assertAlreadyReaped(child.pid());
        }
    }

    @Test
    void peekingIsEmptyWithoutAnyChildAndWhileChildrenRun() {
        assertThat(posix.peekExited()).isEmpty();
        try (TestChild child = TestChild.sh("exec sleep 60")) {
            assertThat(posix.peekExited()).isEmpty();
            assertThat(posix.reap(child.pid())).isEmpty();
        }
    }

    @Test
    void lookingAtOneChildDoesNotReapItEither() {
        try (TestChild child = TestChild.sh("exec sleep 60")) {
            assertThat(posix.hasEnded(child.pid())).isFalse();
            posix.kill(child.pid(), Signal.TERM);
            await().until(() -> posix.hasEnded(child.pid()));
            assertThat(posix.hasEnded(child.pid())).isTrue();
            assertThat(posix.reap(child.pid())).contains(new WaitStatus.Signaled(15, false));
            assertThatThrownBy(() -> posix.hasEnded(child.pid())).isInstanceOf(ErrnoException.class);
        }
    }

    @Test
    void reapingCanWaitForTheEnd() {
        TestChild child = TestChild.sh("sleep 0.2; exit 5");
        assertThat(posix.reapWaiting(child.pid())).isEqualTo(new WaitStatus.Exited(5));
        assertAlreadyReaped(child.pid());
        child.close();
    }

    @Test
    void aGrandchildIsInItsLeadersGroup() throws IOException {
        try (TestChild child = TestChild.sh("sleep 60 & echo $!; wait")) {
            assertThat(posix.groupOf(Integer.parseInt(child.readLine()))).isEqualTo(child.pid());
            assertThat(posix.groupOf(child.pid())).isEqualTo(child.pid());
            assertThat(posix.groupOf(posix.getpid())).isNotEqualTo(child.pid());
        }
    }

    @Test
    void reapingAStrangerIsEchild() {
        assertAlreadyReaped(posix.getpid());
    }

    @Test
    void aSignalToNobodyIsFalseAndNoException() {
        TestChild child = TestChild.sh("exit 0");
        child.awaitEnd();
        assertThat(posix.kill(child.pid(), Signal.TERM)).isFalse();
        assertThat(posix.killGroup(child.pid(), Signal.TERM)).isFalse();
        assertThat(posix.groupExists(child.pid())).isFalse();
        child.close();
    }

    @Test
    void aGroupSignalReachesGrandchildren() throws IOException {
        try (TestChild child = TestChild.sh("sleep 60 & echo $!; wait")) {
            Path grandchild = Path.of("/proc", child.readLine(), "comm");
            assertThat(Files.readString(grandchild)).isIn("sleep\n", "sh\n");
            assertThat(posix.groupExists(child.pid())).isTrue();

            assertThat(posix.killGroup(child.pid(), Signal.KILL)).isTrue();

            assertThat(child.awaitEnd()).isEqualTo(new WaitStatus.Signaled(9, false));
            // The grandchild held the other copy of the output: end-of-file says that it is gone as well.
            assertThat(child.readAll()).isEmpty();
        }
    }

    @Test
    void aGroupOutlivesItsLeader() {
        try (TestChild child = TestChild.sh("sleep 60 & exit 0")) {
            child.awaitEnd();
            assertThat(posix.groupExists(child.pid())).isTrue();
            assertThat(posix.killGroup(child.pid(), Signal.KILL)).isTrue();
        }
    }

    @Test
    void aGroupOfOneZombieStillExists() {
        try (TestChild child = TestChild.sh("exit 0")) {
            await().until(() -> posix.peekExited().isPresent());
            assertThat(posix.groupExists(child.pid())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -1, -4711})
    void numbersThatWouldMeanEverybodyAreRefused(int pgid) {
        assertThatThrownBy(() -> posix.killGroup(pgid, Signal.WINCH)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> posix.groupExists(pgid)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -4711})
    void aPidThatWouldMeanAGroupIsRefused(int pid) {
        assertThatThrownBy(() -> posix.kill(pid, Signal.WINCH)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> posix.reap(pid)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void orphansComeToASubreaper() {
        posix.becomeSubreaper();
        try (TestChild child = TestChild.sh("(echo $(exec sh -c 'echo $PPID'); exec sleep 60) & exit 0")) {
            int orphan = Integer.parseInt(child.readLine());
            child.awaitEnd();
            assertThat(posix.reap(orphan)).as("ours to reap, and it still runs").isEmpty();
            posix.kill(orphan, Signal.KILL);
            await().until(() -> posix.reap(orphan).isPresent());
        } finally {
            new LoadedLibc().prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
        }
    }

    private void assertAlreadyReaped(int pid) {
        assertThatThrownBy(() -> posix.reap(pid))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECHILD));
    }
}
