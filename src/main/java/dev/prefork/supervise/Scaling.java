package dev.prefork.supervise;

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
            ask(allowed, why, now);
        }
    }

    /** So many are wanted; what is not possible is refused, or cut to what is. */
    void ask(int wanted, String why, long now) {
        int from = fleet.desired();
        Policy.Workers range = policy.workers();
        int to = range.clamp(wanted);
        if (replacements.shutdown().stop().begun()) {
            tell.accept(new Report.ScaleRefused(why + ": not scaling, a stop has begun"));
            return;
        }
        if (to == from) {
            boolean fixed = range.least() == range.most();
            String bound = wanted < from ? " is the minimum number of workers" : " is the maximum number of workers";
            tell.accept(
                    new Report.ScaleRefused(why + ": " + from + (fixed ? " is the fixed number of workers" : bound)));
            return;
        }
        fleet.want(to, new Slot.Start(StartReason.BOOT, replacements.rollout().good()), now);
        replacements.scaled(from, to);
        tell.accept(new Report.Scaled(from, to, why));
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
