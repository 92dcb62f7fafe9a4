package dev.prefork.os;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.it.Proc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pipes whose end the kernel tells process groups of, by signals of their own. */
class PipeAlarmTest {
    private final Posix posix = Posix.system();
    private final int[] pipe = posix.pipe();
    private boolean writable = true;

    @AfterEach
    void close() {
        posix.close(pipe[0]);
        closeWriteEnd();
    }

    private void closeWriteEnd() {
        if (writable) {
            writable = false;
            posix.close(pipe[1]);
        }
    }

    @Test
    void eachGroupGetsItsOwnSignalOnceTheLastWriteEndIsClosed() {
        int copy = posix.duplicateAbove(pipe[1], 100);
        try (TestChild one = bound(Signal.TERM);
                TestChild other = bound(Signal.KILL)) {
            closeWriteEnd();
            assertThat(posix.isReadable(pipe[0])).as("the copy keeps it open").isFalse();
            assertThat(Proc.isAlive(one.pid())).isTrue();

            posix.close(copy);

            assertThat(one.awaitEnd()).isEqualTo(new WaitStatus.Signaled(Signal.TERM.number(), false));
            assertThat(other.awaitEnd()).isEqualTo(new WaitStatus.Signaled(Signal.KILL.number(), false));
        }
    }

    @Test
    void aProcessThatHasClosedItsReadEndIsOutOfReach() {
        try (TestChild deaf = bound("exec 7<&-; echo deaf; read end", Signal.KILL);
                TestChild other = bound(Signal.KILL)) {
            assertThat(deaf.readLine()).isEqualTo("deaf");

            closeWriteEnd();

            other.awaitEnd();
            assertThat(Proc.isAlive(deaf.pid())).isTrue();
        }
    }

    @Test
    void theWholeGroupOfOneThatHasEndedIsReached() {
        try (TestChild leader = bound("sleep 600 & echo $!", Signal.KILL)) {
            long member = Long.parseLong(leader.readLine());
            leader.awaitEnd();

            closeWriteEnd();

            await().until(() -> !Proc.isAlive(member));
        }
    }

    @Test
    void noGroupThatWouldBeAllOrOursIsTaken() {
        for (int group : new int[] {-1, 0, 1}) {
            assertThatThrownBy(() -> posix.signalGroupWhenReadable(pipe[0], group, Signal.KILL))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatIsNotOpenIsSaid() {
        assertThatThrownBy(() -> posix.reopenReadEnd(9999))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("open")
                .hasMessageContaining("9999");
    }

    private TestChild bound(Signal signal) {
        return bound("read end", signal);
    }

    /** Its standard input never ends by itself. */
    private TestChild bound(String script, Signal signal) {
        int[] input = posix.pipe();
        int end = posix.reopenReadEnd(pipe[0]);
        try {
            TestChild child = TestChild.sh(
                    script,
                    new SpawnRequest.Descriptor(input[0], 0),
                    new SpawnRequest.Descriptor(input[1], 8),
                    new SpawnRequest.Descriptor(end, 7));
            posix.signalGroupWhenReadable(end, child.pid(), signal);
            return child;
        } finally {
            posix.close(end);
            posix.close(input[0]);
            posix.close(input[1]);
        }
    }
}
