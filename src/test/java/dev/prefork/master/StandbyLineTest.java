package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.WaitStatus;
import java.util.List;
import java.util.Set;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class StandbyLineTest {
    /** Exits with 7 for a byte, with 8 for none. */
    private static final String STANDBY =
            "test $(eval \"head -c 1 <&$PREFORK_TAKEOVER\" | wc -c) = 1 && exit 7; exit 8";

    private final Posix posix = Posix.system();
    private final Set<Integer> before = OpenDescriptors.socketsAndPipes().keySet();

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(OpenDescriptors.socketsAndPipes().keySet()).isEqualTo(before);
    }

    private static SpawnRequest shell(String script, SpawnRequest.Descriptor... descriptors) {
        return new SpawnRequest(
                "/bin/sh", List.of("sh", "-c", script), List.of("PATH=" + System.getenv("PATH")), List.of(descriptors));
    }

    private int start(StandbyLine line, String script) {
        int pid = posix.spawn(line.passedTo(shell(script)));
        line.passed();
        return pid;
    }

    @Test
    void theStandbyReadsTheByte() {
        try (StandbyLine line = StandbyLine.open(posix)) {
            int pid = start(line, STANDBY);
            assertThat(line.takeOver()).isTrue();
            assertThat(line.takeOver()).as("once").isFalse();
            assertThat(posix.reapWaiting(pid)).isEqualTo(new WaitStatus.Exited(7));
        }
    }

    @Test
    void closedWithoutItTheStandbyReadsTheEnd() {
        int pid;
        try (StandbyLine line = StandbyLine.open(posix)) {
            pid = start(line, STANDBY);
            line.close();
        }
        assertThat(posix.reapWaiting(pid)).isEqualTo(new WaitStatus.Exited(8));
    }

    /** The standby's end is open in no other process, or the end of the line would not be seen. */
    @Test
    void anotherWorkerThatIsStartedMeanwhileDoesNotHoldTheLine() {
        try (StandbyLine line = StandbyLine.open(posix)) {
            int pid = start(line, STANDBY);
            int sibling = posix.spawn(shell("exec sleep 600"));
            line.close();
            assertThat(posix.reapWaiting(pid)).isEqualTo(new WaitStatus.Exited(8));
            posix.kill(sibling, Signal.KILL);
            posix.reapWaiting(sibling);
        }
    }

    @Test
    void aStandbyThatHasDiedCannotTakeOver() {
        try (StandbyLine line = StandbyLine.open(posix)) {
            int pid = start(line, "exit 0");
            assertThat(posix.reapWaiting(pid)).isEqualTo(new WaitStatus.Exited(0));
            assertThat(line.takeOver()).isFalse();
        }
    }

    @Test
    void aStandbyThatDiesInBetweenDoesNotStopTheMaster() {
        try (StandbyLine line = StandbyLine.open(posix)) {
            int pid = start(line, "exec sleep 600");
            assertThat(line.takeOver()).as("it lives").isTrue();
            posix.kill(pid, Signal.KILL);
            posix.reapWaiting(pid);
        }
    }

    @Test
    void itIsPassedAfterAllOtherDescriptors() {
        try (StandbyLine line = StandbyLine.open(posix)) {
            SpawnRequest worker = shell("", new SpawnRequest.Descriptor(1, 3), new SpawnRequest.Descriptor(2, 4));
            SpawnRequest standby = line.passedTo(worker);

            assertThat(standby.environment())
                    .startsWith(worker.environment().get(0))
                    .endsWith("PREFORK_TAKEOVER=5");
            assertThat(standby.descriptors())
                    .hasSize(3)
                    .startsWith(worker.descriptors().get(0));
            assertThat(standby.descriptors().get(2).target()).isEqualTo(5);
            assertThat(standby.descriptors().get(2).source())
                    .as("out of the way")
                    .isGreaterThanOrEqualTo(8);
            assertThat(line.passedTo(shell("")).environment()).endsWith("PREFORK_TAKEOVER=3");
        }
    }

    @Test
    void withoutADescriptorLeftNothingIsKept() {
        Posix full = PosixWith.call("duplicateAbove", (arguments, real) -> {
            throw new ErrnoException("fcntl", Errno.EMFILE);
        });

        assertThatThrownBy(() -> StandbyLine.open(full)).isInstanceOf(ErrnoException.class);
        await().until(() -> OpenDescriptors.socketsAndPipes().keySet().equals(before));
    }
}
