package dev.prefork.it.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.SoakRing;
import dev.prefork.it.Alone;
import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Full load for half an hour on built-in workers that are recycled every few seconds, for each reason that there is, and reloaded
 * in between: no request fails, no counter falls, and the master grows in nothing. {@code -Dprefork.soak=PT2M} sets for how
 * long, {@code -Dprefork.soak-options} other reasons than all of them.
 */
@SoakRing
@Alone
@Timeout(value = 24, unit = TimeUnit.HOURS) // It may be told to take long.
class RecycleSoakIT {
    private static final String OPTIONS =
            System.getProperty("prefork.soak-options", "--max-lifetime=8s --max-requests=20000 --max-memory=200Mi");

    /** Of the time; what is loaded and compiled by then is all that the master needs. */
    private static final int WARM = 5;

    private static final int RELOADS_AT_A_TIME = 2;

    /** As for a reload, and what half an hour of scrapes has left in the heap. */
    private static final long GROWTH = 24L << 20;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void noRequestFailsAndTheMasterStaysAsItIs() throws IOException {
        String[] options = Arrays.stream(OPTIONS.split(" "))
                .filter(option -> !option.isBlank())
                .toArray(String[]::new);
        try (LoadedMaster master = LoadedMaster.start(processes, Jdks.running(), options)) {
            replace(master, Ring.soak().dividedBy(WARM));
            Footprint warm = master.footprint();
            replace(master, Ring.soak().minus(Ring.soak().dividedBy(WARM)));
            Footprint last = master.footprint();
            String seen = master.endWithoutLoss();
            double recycled = master.metric("prefork_worker_starts_total{reason=\"recycle\"}");
            System.out.printf(
                    "RecycleSoakIT: %s with %s: %.0f workers recycled, %d reloads, %s; the master when warm: %s, at the end: %s%n",
                    Ring.soak(), OPTIONS, recycled, master.reloads(), seen, warm, last);

            if (OPTIONS.contains("--max-")) {
                assertThat(recycled).as("workers recycled").isPositive();
            }
            assertThat(last.descriptors()).as("descriptors").isLessThanOrEqualTo(warm.descriptors());
            assertThat(last.threads()).as("threads").isLessThanOrEqualTo(warm.threads());
            assertThat(last.resident() - warm.resident()).as("growth").isLessThan(GROWTH);
            assertThat(master.metric("prefork_rollouts_total{result=\"completed\"}"))
                    .isEqualTo(master.reloads());
            assertThat(master.metric("prefork_recover_exits")).isZero();
            master.stop();
        }
    }

    /** Reloads, lets the workers serve and be recycled for about as long, and so on. */
    private static void replace(LoadedMaster master, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        do {
            long begun = System.nanoTime();
            master.reload(RELOADS_AT_A_TIME);
            long serveUntil = Math.min(end, 2 * System.nanoTime() - begun);
            do {
                master.awaitMoreAnswers();
            } while (System.nanoTime() - serveUntil < 0);
        } while (System.nanoTime() - end < 0);
    }
}
