package dev.prefork.status;

import dev.prefork.procfs.Figures;
import dev.prefork.procfs.Halt;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks at what workers use, and finds rates by the look before. Only when asked, and once a second at most, however many watch: a look
 * reads a file of every process there is.
 *
 * <p>Threading: any thread; one looks, the others wait for it.
 */
public final class UsageSampler {
    private static final long SHORTEST_NANOS = 1_000_000_000L;

    /** After a pause a rate over all of it would hide what is going on now. */
    private static final long LONGEST_NANOS = 30 * SHORTEST_NANOS;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Function<Set<Integer>, Map<Integer, Figures>> figures;
    private final Supplier<Map<Integer, Double>> requests;
    private final Function<Set<Integer>, Map<Integer, Halt>> halts;
    private final Halts halted = new Halts();
    private Look last = new Look(0, Set.of(), Map.of(), Map.of());
    private Map<Integer, Usage> usage = Map.of();

    private record Look(long at, Set<Integer> pids, Map<Integer, Figures> figures, Map<Integer, Double> requests) {}

    /**
     * @param figures reads what process groups use
     * @param requests by pid, how many each worker has answered so far, where that is known
     * @param halts reads which processes do not run
     */
    public UsageSampler(
            Function<Set<Integer>, Map<Integer, Figures>> figures,
            Supplier<Map<Integer, Double>> requests,
            Function<Set<Integer>, Map<Integer, Halt>> halts) {
        this.halts = halts;
        this.figures = figures;
        this.requests = requests;
    }

    /** By pid, of those of {@code pids} that have a process; as of {@code now} or less than a second before. */
    synchronized Map<Integer, Usage> look(Set<Integer> pids, long now) {
        long elapsed = now - last.at;
        boolean first = last.at == 0 || elapsed > LONGEST_NANOS;
        if (first || elapsed >= SHORTEST_NANOS) {
            Look look = new Look(now, pids, figures.apply(pids), requests.get());
            usage = usage(look, first ? look : last, halted.look(halts.apply(pids), now));
            last = look;
        } else if (!last.pids.containsAll(pids)) {
            admit(pids);
        }
        return usage;
    }

    /** The time is too short for rates: those of the others stay, and those that are new have none yet. */
    private void admit(Set<Integer> pids) {
        Map<Integer, Figures> seen = new HashMap<>(figures.apply(pids));
        Map<Integer, Usage> all = usage(
                new Look(last.at, pids, seen, Map.of()), new Look(last.at, Set.of(), Map.of(), Map.of()), Map.of());
        all.putAll(usage);
        seen.putAll(last.figures);
        last = new Look(last.at, pids, seen, last.requests);
        usage = all;
    }

    private static Map<Integer, Usage> usage(Look now, Look before, Map<Integer, Halts.Halted> halted) {
        double seconds = (now.at - before.at) / NANOS_PER_SECOND;
        Map<Integer, Double> answered = new HashMap<>();
        now.requests.forEach((pid, count) -> {
            if (before.requests.containsKey(pid)) {
                answered.put(pid, Math.max(0, count - before.requests.get(pid)));
            }
        });
        double all = answered.values().stream().mapToDouble(count -> count).sum();
        Map<Integer, Usage> usage = new HashMap<>();
        now.figures.forEach((pid, seen) -> usage.put(
                pid,
                new Usage(
                        seen,
                        cores(seen, before.figures.get(pid), seconds),
                        ratio(answered.get(pid), seconds),
                        ratio(answered.get(pid), all),
                        Optional.ofNullable(halted.get(pid)))));
        return usage;
    }

    /** The sum over a group may fall when a child is waited for elsewhere. */
    private static OptionalDouble cores(Figures now, Figures before, double seconds) {
        return before == null
                ? OptionalDouble.empty()
                : ratio(Math.max(0, now.cpuSeconds() - before.cpuSeconds()), seconds);
    }

    private static OptionalDouble ratio(Double part, double whole) {
        return part == null || whole <= 0 ? OptionalDouble.empty() : OptionalDouble.of(part / whole);
    }
}
