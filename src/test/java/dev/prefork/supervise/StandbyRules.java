package dev.prefork.supervise;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The part of the {@link Rulebook} about standbys. */
final class StandbyRules {
    private final Rulebook book;
    private final Policy policy;
    private final Collection<SimulatedProcess> processes;

    /** The pids of those that a standby has to take over from. */
    private final Set<Integer> missing = new HashSet<>();

    private long lastTakeover = Long.MIN_VALUE;

    /** One was seen to accept, of the version that all workers have. */
    private boolean impossible;

    StandbyRules(Rulebook book, Policy policy, Collection<SimulatedProcess> processes) {
        this.book = book;
        this.policy = policy;
        this.processes = processes;
    }

    /** A process is about to be started. */
    void spawn(Action.Spawn spawn, boolean allReadyOnce, boolean stopping, long now) {
        check(
                spawn.slot()
                        < 2 * policy.workers().most()
                                + 2 * policy.workers().replacing().surge()
                                + 2 * policy.workers().standbys()
                                + processes.stream().filter(p -> !p.reaped).count(),
                "numbers stay bounded");
        if (spawn.place() < SimulatedProcess.FIRST_ANNEX) {
            check(
                    processes.stream()
                            .noneMatch(
                                    p -> p.slot == spawn.slot() && p.place != spawn.place() && !p.isBeside && lives(p)),
                    "none has the number of another that serves or stands by: " + spawn);
        }
        if (spawn.reason() == StartReason.STANDBY) {
            check(
                    lastTakeover == Long.MIN_VALUE || now - lastTakeover >= 5_000_000_000L,
                    "none is started while one that took over serves its first requests");
            check(!impossible, "none is started once one was seen to accept");
            check(allReadyOnce && !stopping, "standbys start after the first workers are ready, and in no stop");
            check(
                    processes.stream().noneMatch(p -> lives(p) && p.isStandby && !p.warm),
                    "standbys are booted one at a time");
            check(
                    processes.stream().filter(p -> lives(p) && p.isStandby).count()
                            < policy.workers().standbys(),
                    "never more standbys than are wanted");
            check(spawn.slot() >= policy.workers().initial(), "a standby's number is beyond the workers'");
            check(
                    processes.stream().noneMatch(p -> p.slot == spawn.slot() && !p.reaped && !p.abandoned),
                    "a standby's number is no other's: " + spawn);
        }
    }

    private static boolean lives(SimulatedProcess process) {
        return !process.ended && !process.stopping;
    }

    void ready(SimulatedProcess process, long now) {
        check(process.isStandby && !process.warm && process.saidReady, "a standby has said that it is booted");
        process.warm = true;
        process.readyAt = now;
        process.lastBeat = now;
    }

    void accepts(SimulatedProcess process) {
        boolean seen = policy.starting().readiness().proof() == Readiness.Proof.ACCEPTS && process.probed;
        check(process.isStandby && seen && !impossible, "of a standby that was seen to accept is told once");
        impossible = true;
    }

    /** All are of another version: what was wrong with standbys may be right now. */
    void complete() {
        impossible = false;
    }

    /** One that served has gone by itself. */
    void missing(SimulatedProcess process, int good) {
        if (!process.isReplacement
                && processes.stream()
                                .filter(p -> p.standsBy() && !p.down && p.version == good)
                                .count()
                        > missing.size()) {
            missing.add(process.pid);
        }
    }

    /** Whether a standby is to take its place. */
    boolean takesOverFor(int pid) {
        return missing.contains(pid);
    }

    /** Something is reported. */
    void told() {
        check(
                missing.size()
                        <= processes.stream().filter(p -> p.isStandby && p.told).count(),
                "nothing is reported between a death and its standby: " + missing);
    }

    /** It serves from now on. */
    void tookOver(Report.StandbyTookOver report, int good, long now) {
        SimulatedProcess process = book.process(report.pid());
        check(process.isStandby && process.warm && !process.stopping, "only a warm standby takes over: " + report);
        check(process.told || process.ended, "what takes over has been told so before that is reported: " + report);
        check(process.version == good, "one of the version that all have had");
        check(
                processes.stream().noneMatch(p -> p.place == report.place() && p != process && servesOn(p, report)),
                "it takes the place of none that serves on: " + report);
        lastTakeover = now;
        process.isStandby = false;
        process.ready = true;
        process.place = report.place();
        process.readyAt = now;
        process.lastBeat = now;
        report.instead().ifPresent(old -> {
            missing.remove(old.pid());
            check(book.process(old.pid()).place == report.place(), "it takes that one's place: " + report);
            book.process(old.pid()).displaced = true;
        });
        forgetThoseWithoutOne(good);
    }

    /** The abort of a reload may want one for another place in the same step: then there is none left for the one that has gone. */
    private void forgetThoseWithoutOne(int good) {
        long left = processes.stream()
                .filter(p -> p.isStandby && (p.told || p.standsBy() && !p.down && p.version == good))
                .count();
        for (var pid = missing.iterator(); missing.size() > left && pid.hasNext(); ) {
            pid.next();
            pid.remove();
        }
    }

    private static boolean servesOn(SimulatedProcess process, Report.StandbyTookOver report) {
        boolean replaced =
                report.instead().filter(old -> old.pid() == process.pid).isPresent();
        // A replacement on its way has its turn later.
        return process.serves() && !process.isBeside && !process.isReplacement && !replaced;
    }

    /** It is told to serve. */
    void takeOver(SimulatedProcess process) {
        // That it is ready may have to be reported still, too.
        check(
                process.isStandby && process.saidReady && lives(process) && !process.told,
                "a standby is told to serve once, and before it is reported: " + process.pid);
        process.told = true;
    }

    /** Nothing is left to do at this moment. */
    void quiet(Snapshot snapshot, int good, long now) {
        check(
                processes.stream().noneMatch(p -> p.standsBy() && (p.askedFor || p.askedItself && p.isHeard(now))),
                "a standby that is to be replaced is ended once that is heard");
        check(missing.isEmpty(), "a warm standby takes over at once: " + missing);
        check(
                processes.stream().noneMatch(p -> p.warm && p.serves() && !p.told),
                "one that takes over is told so at once");
        check(
                snapshot.count(WorkerState.STANDBY)
                        == processes.stream().filter(SimulatedProcess::standsBy).count(),
                "the snapshot knows the standbys");
        check(
                snapshot.count(WorkerState.READY)
                        == processes.stream().filter(SimulatedProcess::serves).count(),
                "the snapshot knows those that serve");
        check(
                processes.stream().noneMatch(p -> p.isStandby && lives(p) && p.version != good),
                "a standby that could not take over is ended");
    }

    /** A standby is asked to stop. */
    void stopping(SimulatedProcess process, String why, int good, long now) {
        if (why.startsWith("standby of an earlier version")) {
            check(process.version != good, "what could take over stays, also when a reload was aborted");
        } else if (why.startsWith("standby to be replaced")) {
            check(process.askedFor || process.askedItself && process.isHeard(now), "only when that was asked for");
        }
    }

    private void check(boolean holds, String rule) {
        book.check(holds, rule);
    }
}
