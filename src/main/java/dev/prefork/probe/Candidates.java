package dev.prefork.probe;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Workers whose readiness is open. Of one that cannot be looked into, or is never seen at all (hidepid in proc(5)), being alive
 * for a second has to do, and the log says so once. For one thread.
 */
final class Candidates {
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final String proof;
    private final Map<Integer, Candidate> candidates = new HashMap<>();
    private boolean warned;

    private record Candidate(long since, boolean seen) {
        boolean isOlder(Duration age, long now) {
            return now - since >= age.toNanos();
        }
    }

    /** @param proof what a worker does that is ready, for the log */
    Candidates(String proof) {
        this.proof = proof;
    }

    boolean isEmpty() {
        return candidates.isEmpty();
    }

    void retain(Set<Integer> starting) {
        candidates.keySet().retainAll(starting);
    }

    void remove(Set<Integer> ready) {
        candidates.keySet().removeAll(ready);
    }

    void clear() {
        candidates.clear();
    }

    /** Those that have been here for so long and were seen. */
    Set<Integer> unproven(Duration age, long now) {
        return candidates.entrySet().stream()
                .filter(each -> each.getValue().seen() && each.getValue().isOlder(age, now))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /**
     * What a look at the starting workers found.
     *
     * @param proven those that were seen to be ready
     * @param visible those of which a process was seen
     * @param hidden those that could not be looked into
     */
    record Look(Set<Integer> proven, Set<Integer> visible, Set<Integer> hidden) {}

    /** After a look: those that are ready, proven or for their age. */
    Set<Integer> ready(Set<Integer> starting, Look look, long now) {
        Set<Integer> aged = new HashSet<>();
        for (int pid : starting) {
            Candidate known = candidates.getOrDefault(pid, new Candidate(now, false));
            boolean seen = known.seen() || look.visible().contains(pid);
            candidates.put(pid, new Candidate(known.since(), seen));
            if (known.isOlder(PATIENCE, now) && (!seen || look.hidden().contains(pid))) {
                aged.add(pid);
            }
        }
        aged.removeAll(look.proven());
        warn(aged);
        aged.addAll(look.proven());
        return aged;
    }

    private void warn(Set<Integer> aged) {
        if (!warned && !aged.isEmpty()) {
            warned = true;
            System.getLogger(Candidates.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            String.format(
                                    "cannot see in /proc whether pid %d %s, so workers count as ready once they are alive for 1 s; run"
                                            + " master and workers as the same user, give the master the capability SYS_PTRACE, or choose"
                                            + " --ready notify or delay=D",
                                    aged.iterator().next(), proof));
        }
    }
}
