package dev.prefork.supervise;

import java.util.OptionalLong;
import java.util.function.Consumer;

/** How the number of workers changes that are wanted. */
final class Scaling {
    private final PolicyInForce policy;
    private final Fleet fleet;
    private final Lifecycle lifecycle;
    private final Replacements replacements;
    private final Consumer<Report> tell;

    Scaling(PolicyInForce policy, Fleet fleet, Lifecycle lifecycle, Replacements replacements, Consumer<Report> tell) {
        this.policy = policy;
        this.fleet = fleet;
        this.lifecycle = lifecycle;
        this.replacements = replacements;
        this.tell = tell;
    }

    /** Other rules may forbid that there are so few, or so many. */
    void keepInRange(String why, long now) {
        int allowed = policy.workers().clamp(fleet.desired());
        if (allowed != fleet.desired()) {
            ask(allowed, why, OptionalLong.empty(), now);
        }
    }

    void set(Event.ScaleSet set, long now) {
        ask(set.to(), set.why(), set.request(), now);
    }

    void change(Event.ScaleAsked asked, long now) {
        long wanted = (long) fleet.desired() + asked.by();
        // A sum that overflows would ask for the fewest where the most were meant, or the reverse.
        int saturated = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, wanted));
        ask(saturated, asked.why(), asked.request(), now);
    }

    /**
     * So many are wanted. What is not possible is cut to what is, but not for a client: it would be told of a refusal while workers
     * that it has not named are stopped.
     */
    private void ask(int wanted, String why, OptionalLong request, long now) {
        int from = fleet.desired();
        Policy.Workers range = policy.workers();
        int to = range.clamp(wanted);
        if (replacements.shutdown().stop().begun()) {
            tell.accept(new Report.ScaleRefused(why + ": not scaling, a stop has begun", request));
            return;
        }
        if (request.isPresent() && wanted == from) {
            return;
        }
        if (to == from || (request.isPresent() && to != wanted)) {
            boolean fixed = range.least() == range.most();
            String bound = wanted < to ? " is the minimum number of workers" : " is the maximum number of workers";
            tell.accept(new Report.ScaleRefused(
                    why + ": " + to + (fixed ? " is the fixed number of workers" : bound), request));
            return;
        }
        fleet.want(to, new Slot.Start(StartReason.BOOT, replacements.rollout().good()), now);
        replacements.scaled(from, to);
        tell.accept(new Report.Scaled(from, to, why, request));
        for (int number = Math.min(from, to); number < Math.max(from, to); number++) {
            Slot slot = fleet.get(number);
            if (fleet.isSurplus(slot) && slot.content() instanceof Slot.Waiting) {
                slot.transition(Slot.EMPTY);
            } else if (!fleet.isSurplus(slot) && !slot.isOccupied()) {
                lifecycle.fill(slot, now);
            }
        }
    }
}
