package dev.prefork.supervise;

import java.util.OptionalLong;
import java.util.function.Consumer;

/** How far the wanted workers have come: all started, all ready once, none ready since when. Each is told once. */
final class Milestones {
    private final Fleet fleet;
    private final Consumer<Report> tell;
    private boolean allStarted;
    private boolean allReady;
    private OptionalLong noneReadySince;

    Milestones(Fleet fleet, Consumer<Report> tell, long now) {
        this.fleet = fleet;
        this.tell = tell;
        this.noneReadySince = OptionalLong.of(now);
    }

    /** Tells those that have been reached by now. */
    void reached() {
        if (!allStarted && fleet.everyKept(Group.KEPT_STARTED_ONCE)) {
            allStarted = true;
            tell.accept(new Report.FirstGenerationStarted(fleet.pids()));
        }
        if (!allReady && fleet.everyKept(Group.KEPT_READY_ONCE)) {
            allReady = true;
            tell.accept(new Report.FirstGenerationReady(fleet.pids()));
        }
    }

    /** Whether every slot has had a ready worker. */
    boolean allReady() {
        return allReady;
    }

    /** Notes whether a worker is ready. */
    void noteReadiness(long now) {
        if (fleet.any(Group.READY)) {
            noneReadySince = OptionalLong.empty();
        } else if (noneReadySince.isEmpty()) {
            noneReadySince = OptionalLong.of(now);
        }
    }

    /** What others may know of it. */
    Snapshot.Startup view() {
        return new Snapshot.Startup(allReady, fleet.count(Group.KEPT_READY_ONCE), noneReadySince);
    }
}
