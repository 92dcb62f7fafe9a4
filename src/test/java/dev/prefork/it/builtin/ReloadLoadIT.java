package dev.prefork.it.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.it.Alone;
import dev.prefork.it.Jdk;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rolling reloads, one after the other, under full load: no request fails, no counter falls, and the master is after the last
 * as it was after the second. {@code -Dprefork.reloads=N} sets how many.
 */
@Alone
@Timeout(value = 30, unit = TimeUnit.MINUTES) // Twenty reloads on a busy machine.
class ReloadLoadIT {
    private static final int RELOADS = Ring.rounds("prefork.reloads", 3, 20);

    /** The first ones load what only a reload needs. */
    private static final int WARM = 2;

    /** Heap and code of the master; what leaked with each reload would be more after ten. */
    private static final long GROWTH = 24L << 20;

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void noRequestFailsAndTheMasterStaysAsItIs(Jdk jdk) throws IOException {
        // A process that makes an archive would come and go among those that are counted.
        try (LoadedMaster master = LoadedMaster.start(processes, jdk, "--boot-cache=off")) {
            Footprint warm = master.reload(WARM).footprint();
            Footprint middle = master.reload((RELOADS - WARM) / 2).footprint();
            Footprint last = master.reload(RELOADS - master.reloads()).footprint();
            String seen = master.endWithoutLoss();
            System.out.printf(
                    "ReloadLoadIT on %s: %d reloads, %s; the master after %d: %s, after half of them: %s, at the end: %s%n",
                    jdk, RELOADS, seen, WARM, warm, middle, last);

            assertThat(last.descriptors()).as("descriptors").isLessThanOrEqualTo(warm.descriptors());
            assertThat(last.threads()).as("threads").isLessThanOrEqualTo(warm.threads());
            assertThat(last.resident() - middle.resident()).as("growth").isLessThan(GROWTH);
            assertThat(master.metric("prefork_rollouts_total{result=\"completed\"}"))
                    .isEqualTo(RELOADS);
            assertThat(master.metric("prefork_recover_exits")).isZero();
            master.stop();
        }
    }
}
