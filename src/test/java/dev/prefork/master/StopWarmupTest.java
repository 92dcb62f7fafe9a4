package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Posix;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.StopPhase;
import org.junit.jupiter.api.Test;

class StopWarmupTest {

    @Test
    void goesThroughALifeToItsOrderlyEnd() {
        StopWarmup.Result result = StopWarmup.perform(Posix.system());

        assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(result.snapshot().started()).as("its worker was ready").isTrue();
        assertThat(result.snapshot().stop()).isEqualTo(StopPhase.ENDING);
        assertThat(result.snapshot().desired()).isZero();
    }

    /** The children that are there, ended or not, are somebody else's to reap. */
    @Test
    void touchesNobody() throws Exception {
        Process child = new ProcessBuilder("/bin/sh", "-c", "exit 3").start();
        StopWarmup.perform(Posix.system());
        assertThat(child.waitFor()).isEqualTo(3);
    }
}
