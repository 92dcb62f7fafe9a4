package dev.prefork.supervise;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** What a simulated worker says of its own checks, and when. */
final class SimulatedHealth {
    private static final long MILLI = 1_000_000L;

    private SimulatedHealth() {}

    /** Of most nothing; the others are DOWN, before or after they are ready, and some of them UP again later. In nanoseconds from the start. */
    static Map<Long, Event.HealthNotified> of(int pid, Random random) {
        Map<Long, Event.HealthNotified> said = new TreeMap<>();
        if (random.nextInt(8) == 0) {
            long down = random.nextInt(20_000) * MILLI;
            said.put(down, new Event.HealthNotified(pid, Optional.of("database: refused")));
            if (random.nextBoolean()) {
                long up = down + (1 + random.nextInt(20_000)) * MILLI;
                said.put(up, new Event.HealthNotified(pid, Optional.empty()));
            }
        }
        return said;
    }
}
