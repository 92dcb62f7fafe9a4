package dev.prefork.status;

import dev.prefork.procfs.Halt;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when workers do not run. The kernel tells only that they do not, so that it counts from the first look at which it was seen: the
 * true time may be longer.
 *
 * <p>Threading: one at a time.
 */
final class Halts {
    /** A wait in the kernel is usual, and of milliseconds; one for as long as this is not. */
    private static final double LONGEST_USUAL_SECONDS = 10;

    private Map<Integer, Since> before = Map.of();

    private record Since(Halt halt, long at) {
        /** A process that has run in between has been halted anew. */
        boolean isStill(Halt now) {
            return halt.equals(now);
        }
    }

    /**
     * One that a person should know of.
     *
     * @param seconds for how long it has been so at least
     */
    record Halted(Halt.Kind kind, double seconds) {}

    /** @param halts by pid */
    Map<Integer, Halted> look(Map<Integer, Halt> halts, long now) {
        Map<Integer, Since> since = new HashMap<>();
        Map<Integer, Halted> halted = new HashMap<>();
        halts.forEach((pid, halt) -> {
            Since first = before.get(pid);
            Since own = first != null && first.isStill(halt) ? first : new Since(halt, now);
            since.put(pid, own);
            double seconds = (now - own.at()) / 1e9;
            if (isUnusual(halt.kind(), seconds)) {
                halted.put(pid, new Halted(halt.kind(), seconds));
            }
        });
        before = since;
        return halted;
    }

    private static boolean isUnusual(Halt.Kind kind, double seconds) {
        return switch (kind) {
            case STOPPED -> true;
            // strace(1) stops it for moments at each system call.
            case TRACED -> seconds > 0;
            case UNINTERRUPTIBLE -> seconds >= LONGEST_USUAL_SECONDS;
        };
    }
}
