package dev.prefork.supervise;

import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * How far the workers have come from one version of the specification to the next. What is started for another reason is started by
 * the last version that all of them have had: what is new proves itself first.
 */
final class Rollout {
    private final Fleet fleet;
    private final Consumer<Report> tell;

    /** The places that are still to be replaced; empty while none is in course. */
    private final NavigableSet<Integer> outdated = new TreeSet<>();

    private int good;
    private int wanted;
    private boolean active;
    private boolean proven;
    private int of;
    private long beganAt;
    private Optional<String> failure = Optional.empty();

    Rollout(Fleet fleet, Consumer<Report> tell) {
        this.fleet = fleet;
        this.tell = tell;
    }

    boolean isActive() {
        return active;
    }

    /** By which workers are started that do not belong to a rollout. */
    int good() {
        return good;
    }

    /** By which those are started that do. */
    int wanted() {
        return wanted;
    }

    /** Whether the first of the new ones has shown that it serves. */
    boolean isProven() {
        return proven;
    }

    /** Begins; if another one is in course, in its place. */
    void begin(int version, String why, long now) {
        if (active) {
            tell.accept(new Report.RolloutSuperseded(wanted, version));
        }
        active = true;
        proven = false;
        wanted = version;
        beganAt = now;
        failure = Optional.empty();
        outdated.clear();
        for (int place = 0; place < fleet.desired(); place++) {
            if (fleet.get(place).isOfAnother(version)) {
                outdated.add(place);
            }
        }
        of = outdated.size();
        tell.accept(new Report.RolloutBegan(version, why, of));
    }

    /** Only so many are wanted now. */
    void shrunk(int to) {
        outdated.tailSet(to, true).clear();
    }

    /** The place that is to be replaced next: one that does not serve first. */
    Optional<Slot> next() {
        return fleet.in(Group.KEPT_IDLE).stream()
                .filter(slot -> outdated.contains(slot.place))
                .findFirst()
                .or(() -> Optional.ofNullable(outdated.isEmpty() ? null : fleet.get(outdated.first())));
    }

    /** The replacement of this place has begun, or is over: it is not the next. */
    void took(Slot slot) {
        outdated.remove(slot.place);
    }

    /** It is not replaced after all, or was in vain, but is to be. */
    void gaveUp(Slot slot) {
        if (active && fleet.isKept(slot) && slot.isOfAnother(wanted)) {
            outdated.add(slot.place);
            of = Math.max(of, outdated.size());
        }
    }

    /** A new one has served for as long as the first of them has to. */
    void proves() {
        proven = true;
    }

    /** Whether there is nothing more to begin. */
    boolean allBegun() {
        return outdated.isEmpty();
    }

    /** All are replaced. */
    void complete(long now) {
        active = false;
        good = wanted;
        tell.accept(new Report.RolloutCompleted(wanted, of, now - beganAt));
    }

    /** Those that are not replaced stay. */
    void abort(String why) {
        active = false;
        failure = Optional.of(why);
        // One that is empty is filled again, as it was.
        int left = (int) IntStream.range(0, fleet.desired())
                .mapToObj(fleet::get)
                .filter(slot -> slot.isOfAnother(wanted) || slot.content() == Slot.EMPTY)
                .count();
        tell.accept(new Report.RolloutAborted(wanted, why, left, of));
        outdated.clear();
    }

    /** A stop has begun. */
    void end() {
        active = false;
        outdated.clear();
    }

    /** What others may know of it. */
    Snapshot.Rollout view() {
        return new Snapshot.Rollout(active, wanted, of - outdated.size(), of, failure);
    }
}
