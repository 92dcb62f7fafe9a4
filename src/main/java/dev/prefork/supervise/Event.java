package dev.prefork.supervise;

import dev.prefork.os.WaitStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a supervisor is told. */
public sealed interface Event {

    /** The asked-for worker runs. */
    record Spawned(int place, int pid) implements Event {}

    /** The asked-for worker could not be started. */
    record SpawnFailed(int place, String reason) implements Event {}

    /** The worker has ended and is a zombie: it still holds its pid, and with it its group's number. */
    record Ended(int pid) implements Event {}

    /**
     * The worker is reaped.
     *
     * @param groupLeft whether other processes of its group, or of its session, still run
     */
    record Reaped(int pid, WaitStatus status, boolean groupLeft, Circumstances circumstances) implements Event {
        public Reaped(int pid, WaitStatus status, boolean groupLeft, boolean outOfMemory, boolean excused) {
            this(pid, status, groupLeft, new Circumstances(outOfMemory, excused, Optional.empty()));
        }

        public Reaped(int pid, WaitStatus status, boolean groupLeft, boolean outOfMemory) {
            this(pid, status, groupLeft, outOfMemory, false);
        }

        boolean outOfMemory() {
            return circumstances.outOfMemory();
        }

        boolean excused() {
            return circumstances.excused();
        }
    }

    /**
     * What else is known of a worker's end.
     *
     * @param outOfMemory whether the kernel has OOM-killed a process that may have been this one
     * @param excused whether the way in which it was started is to blame, and the next start is another: then it does not count
     * @param lastError what it wrote last to its standard error, where that is known
     */
    record Circumstances(boolean outOfMemory, boolean excused, Optional<String> lastError) {}

    /** The last process of a reaped worker's group and session is gone. */
    record GroupGone(int pid) implements Event {}

    /**
     * What a worker's start has cost so far.
     *
     * @param cpuNanos the CPU time that its processes have spent, at most
     * @param atRest whether none of their threads has anything to do at the moment
     */
    record StartMeasured(int pid, long cpuNanos, boolean atRest) implements Event {}

    /** The worker sent READY=1. */
    record ReadyNotified(int pid) implements Event {}

    /** The worker answered a probe as a ready one does. */
    record ReadyProbed(int pid) implements Event {}

    /** The worker sent WATCHDOG=1: it is not stuck. */
    record WatchdogNotified(int pid) implements Event {}

    /** The worker sent STOPPING=1: it ends by itself and takes no more work. */
    record StoppingNotified(int pid) implements Event {}

    /** The worker sent STATUS=: what it is doing, in words; nothing if {@code text} is empty. */
    record StatusNotified(int pid, String text) implements Event {}

    /**
     * The worker sent PREFORK_HEALTH=: whether its own checks find it ready.
     *
     * @param down which of them do not, in words; empty if all do
     */
    record HealthNotified(int pid, Optional<String> down) implements Event {}

    /** Whether the memory carries one worker more at this moment. */
    record RoomMeasured(boolean room) implements Event {}

    /** So many connections wait to be accepted. */
    record QueueMeasured(int waiting) implements Event {}

    /** These processes, which workers left behind, are children of ours and run. */
    record AdoptedFound(List<Adopted> processes) implements Event {
        public AdoptedFound {
            processes = List.copyOf(processes);
        }
    }

    /**
     * Where connections wait, and what workers have done meanwhile. Told about once a second while any wait, and once more
     * when none do.
     *
     * @param userNanos for each worker, but for those that wait for connections on another listener, the CPU time that its
     *     processes have spent in user mode so far
     */
    record StallsMeasured(List<Stall> stalls, Map<Integer, Long> userNanos) implements Event {
        public StallsMeasured {
            stalls = List.copyOf(stalls);
            userNanos = Map.copyOf(userNanos);
        }
    }

    /**
     * A socket on which connections wait.
     *
     * @param slot whose worker alone accepts there; empty where all do
     * @param nanos for so long, at least, none was accepted; 0 when one just was
     */
    record Stall(String listener, OptionalInt slot, int waiting, long nanos) {}

    /**
     * Stop everything: keep serving for a while, TERM, grace, KILL. Asked again, it kills at once.
     *
     * @param serveOn whether workers are to go on serving for the drain delay first
     * @param at when it was asked, if that is not now: a loop that was held up must not take a double for a second request
     */
    record StopAsked(String why, boolean serveOn, OptionalLong at) implements Event {

        /** Now. */
        public StopAsked(String why, boolean serveOn) {
            this(why, serveOn, OptionalLong.empty());
        }
    }

    /**
     * Keep so many workers more, or fewer.
     *
     * @param request the number of the client's request, which is carried out as it stands or refused, and which the reports name;
     *     empty for others, who get the nearest number that is allowed
     */
    record ScaleAsked(int by, String why, OptionalLong request) implements Event {

        /** Or the nearest number. */
        public ScaleAsked(int by, String why) {
            this(by, why, OptionalLong.empty());
        }
    }

    /**
     * Keep so many workers.
     *
     * @param request as that of {@link ScaleAsked}
     */
    record ScaleSet(int to, String why, OptionalLong request) implements Event {

        /** Or the nearest number. */
        public ScaleSet(int to, String why) {
            this(to, why, OptionalLong.empty());
        }
    }

    /**
     * Follow these rules from now on. What has a deadline keeps it, and a stop that has begun keeps its rules. The number of workers
     * stays, within what the rules allow; so do the standbys, and of workers that run it must not change what makes them ready, nor
     * their watchdog: they were told.
     */
    record PolicySet(Policy policy, String why) implements Event {}

    /** Replace all workers by ones of this version of the specification, which counts up from 0, that of the first workers. */
    record ReloadAsked(int version, String why) implements Event {}

    /** A reload was wanted that cannot even begin. It has been said; the state tells it until one begins. */
    record ReloadRefused(String why) implements Event {}

    /**
     * Replace this worker.
     *
     * @param itself whether the worker has asked for it
     */
    record RecycleAsked(int pid, String why, boolean itself) implements Event {

        /** By another. */
        public RecycleAsked(int pid, String why) {
            this(pid, why, false);
        }
    }

    /** End this worker at once, without a grace period, and start another in its place. A replacement that has not taken over is left alone. */
    record KillAsked(int pid, String why) implements Event {}

    /** Something the supervisor depends on failed, such as a hook or a thread of the master: stop everything and say so. */
    record Failed(String why) implements Event {}
}
