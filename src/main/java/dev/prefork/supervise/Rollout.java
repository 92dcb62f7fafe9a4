package dev.prefork.supervise;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * How far the workers have come from one version of the specification to the next. What is started for another reason is started by
 * the last version that all of them have had: what is new proves itself first.
 */
final class Rollout {
    /**
     * How far it has come.
     *
     * @param begun how many places are replaced, or about to be
     * @param of how many there are: all that are wanted, because those that come in meanwhile are started by the good version first
     */
    private record Progress(int begun, int of) {}

    private final Fleet fleet;
    private final Consumer<Report> tell;

    private int good;
    private int wanted;
    private boolean active;
    private boolean proven;
    private long beganAt;

    /** How far it had come when it ended. */
    private Progress last = new Progress(0, 0);

    /** Since the last one began. */
    private Snapshot.Setback setback = Snapshot.Setback.NONE;

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
        setback = Snapshot.Setback.NONE;
        for (int place = 0; place < fleet.desired(); place++) {
            fleet.get(place).markOutdated(fleet.get(place).isOfAnother(version));
        }
        tell.accept(new Report.RolloutBegan(version, why, fleet.desired()));
    }

    /** The place that is to be replaced next: one that does not serve first. */
    Optional<Slot> next() {
        Group first = fleet.any(Group.OUTDATED_IDLE) ? Group.OUTDATED_IDLE : Group.OUTDATED;
        return fleet.any(first) ? Optional.of(fleet.in(first).first()) : Optional.empty();
    }

    /** The replacement of this place has begun, or is over: it is not the next. */
    void took(Slot slot) {
        slot.markOutdated(false);
    }

    /** It is not replaced after all, or was in vain, but is to be. */
    void gaveUp(Slot slot) {
        if (active && fleet.isKept(slot) && slot.isOfAnother(wanted)) {
            slot.markOutdated(true);
        }
    }

    /** A new one has served for as long as the first of them has to. */
    void proves() {
        proven = true;
    }

    /** Whether there is nothing more to begin. */
    boolean allBegun() {
        return !fleet.any(Group.OUTDATED);
    }

    /** All are replaced. */
    void complete(long now) {
        active = false;
        good = wanted;
        last = new Progress(fleet.desired(), fleet.desired());
        tell.accept(new Report.RolloutCompleted(wanted, last.of(), now - beganAt));
    }

    /** Those that are not replaced stay as they are. */
    void abort(String why) {
        setback = new Snapshot.Setback(Optional.of(why), setback.refusal(), false);
        end(why);
    }

    private void end(String why) {
        active = false;
        // One that is empty is filled again, as it was.
        int left = (int) IntStream.range(0, fleet.desired())
                .mapToObj(fleet::get)
                .filter(slot -> slot.isOfAnother(wanted) || slot.content() == Slot.EMPTY)
                .count();
        last = new Progress(fleet.desired() - left, fleet.desired());
        tell.accept(new Report.RolloutAborted(wanted, why, left, last.of()));
        forget();
    }

    /** Another one was wanted that cannot begin: workers are not what they were meant to be from now on. */
    void refuse(String why) {
        setback = new Snapshot.Setback(setback.failure(), Optional.of(why), setback.byStop());
    }

    /** A stop has begun, in which nothing is replaced any more. Nothing is wrong with what it ends. */
    void stopped() {
        if (active) {
            setback = new Snapshot.Setback(setback.failure(), setback.refusal(), true);
            end(Report.RolloutAborted.BY_STOP);
        }
    }

    private void forget() {
        List.copyOf(fleet.in(Group.OUTDATED)).forEach(slot -> slot.markOutdated(false));
    }

    private Progress progress() {
        return active ? new Progress(fleet.desired() - fleet.count(Group.OUTDATED), fleet.desired()) : last;
    }

    /** What others may know of it. */
    Snapshot.Rollout view() {
        Progress progress = progress();
        return new Snapshot.Rollout(active, wanted, progress.begun(), progress.of(), setback);
    }
}
