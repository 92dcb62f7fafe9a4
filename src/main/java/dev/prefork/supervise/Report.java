package dev.prefork.supervise;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a supervisor tells: each change of state once, in order. Logs, metrics and hooks live off these. */
public sealed interface Report {

    /** Tells the listener, by the method for this kind. */
    void tell(ReportListener.Every listener);

    /**
     * A worker was started.
     *
     * @param replaces the pid that was in this slot before, if this is a recovery of one
     */
    record WorkerStarted(int slot, int pid, StartReason reason, OptionalInt replaces) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker could not even be started. */
    record WorkerNotStarted(int slot, String reason) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** All of the initial workers have been started; said once. */
    record FirstGenerationStarted(List<Integer> pids) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker serves. */
    record WorkerReady(int slot, int pid, long startupNanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A standby is booted, and accepts nothing until it takes over. */
    record StandbyReady(int slot, int pid, long startupNanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /**
     * A standby serves from now on, and keeps its number.
     *
     * @param place in which it serves, of as many as there are workers wanted, counted from 0; its number is beyond these
     * @param instead the number and the pid of the worker whose place it takes; empty if one more is wanted
     */
    record StandbyTookOver(int slot, int pid, int place, Optional<Predecessor> instead) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A standby was seen to accept connections: it does not know of standing by, and no further one is started; said once. */
    record StandbyAccepts(int slot, int pid) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker whose place another one takes. */
    record Predecessor(int slot, int pid) {
        @Override
        public String toString() {
            return "worker " + slot + " (pid " + pid + ")";
        }
    }

    /** So little does a start cost that so many workers may be on their way at once; said once. */
    record StartsAreCheap(long cpuNanos, int atOnce) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** Every slot has had a ready worker; said once. */
    record FirstGenerationReady(List<Integer> pids) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker is on its way out: we asked it to stop, gave up on it, or it sent STOPPING=1. */
    record WorkerStopping(int slot, int pid, String why) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker sent no heartbeat for longer than the watchdog allows, and is ended. */
    record WorkerHung(int slot, int pid, long silentNanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker that sends no heartbeats has accepted nothing and used no CPU for so long, while connections wait, and is ended. */
    record WorkerStalled(int slot, int pid, long idleNanos, Event.Stall stall) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker did not heed its grace period, or, if {@code hurried}, was not to have the rest of it. */
    record WorkerKilled(int slot, int pid, boolean hurried) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker ended and is reaped. {@code stopNanos} is the time since it was asked to stop, 0 if it was not. */
    record WorkerExited(int slot, int pid, Exit exit, long stopNanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** The slot is filled again after a wait; {@code failures} in a row led to it. */
    record RecoveryDelayed(int slot, int failures, long delayNanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** The supervisor gives up. */
    record ThresholdExceeded(int exits, int threshold, long windowNanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** The stop began. */
    record StopBegan(String why, Outcome outcome, int workers) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** The workers go on serving for so long before they are stopped. */
    record DrainBegan(long nanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** The accept queues have been emptied, or not: {@code waiting} connections are left after that time. */
    record QueueEmptied(int waiting, long nanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** All workers are gone. Of the connections that had waited when they were asked to end, so many wait still, in vain. */
    record QueueClosed(int waited, int left) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /**
     * From now on so many workers are wanted.
     *
     * @param request the number of the client's request, if it was one
     */
    record Scaled(int from, int to, String why, OptionalLong request) implements Report {
        /** By no client's request. */
        public Scaled(int from, int to, String why) {
            this(from, to, why, OptionalLong.empty());
        }

        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /**
     * Another number of workers was asked for and is not possible.
     *
     * @param request the number of the client's request, if it was one
     */
    record ScaleRefused(String why, OptionalLong request) implements Report {
        /** By no client's request. */
        public ScaleRefused(String why) {
            this(why, OptionalLong.empty());
        }

        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** From now on workers are replaced by ones of another version of the specification. */
    record RolloutBegan(int version, String why, int workers) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** All workers are of that version. */
    record RolloutCompleted(int version, int workers, long nanos) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A new worker has failed, or a stop has begun: of all the workers so many stay as they were. */
    record RolloutAborted(int version, String why, int left, int workers) implements Report {
        static final String BY_STOP = "a stop has begun";

        /** Whether nothing is wrong with it. */
        public boolean byStop() {
            return why.equals(BY_STOP);
        }

        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** Another version is wanted before all workers were of this one. */
    record RolloutSuperseded(int version, int by) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A reload was asked for and is not possible. */
    record ReloadRefused(String why) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /**
     * A replacement serves in the place of the old worker from now on.
     *
     * @param from the old one's pid, if it had not ended before
     */
    record WorkerTookOver(int slot, int pid, OptionalInt from) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** The memory carries none more at the moment: this worker stops before its replacement starts. Told once for a reload. */
    record RoomMissing(int slot, int pid) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A worker is to be replaced, the new one first. */
    record RecycleAsked(int slot, int pid, String why) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /** A process that a worker left behind could not be killed either. */
    record AdoptedAbandoned(Adopted process) implements Report {
        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }

    /**
     * A worker, or a process of its group or session, could not be killed: the kernel has not let go of it (uninterruptible
     * sleep), or it runs as a user that we may not signal. We do not wait for it.
     *
     * @param ended whether the worker itself has ended
     */
    record WorkerAbandoned(int slot, int pid, boolean ended) implements Report {
        /** What survived, for people. */
        public String survivor() {
            return "worker " + slot + " (pid " + pid + ")" + (ended ? " has ended, but a process that it started" : "");
        }

        @Override
        public void tell(ReportListener.Every listener) {
            listener.on(this);
        }
    }
}
