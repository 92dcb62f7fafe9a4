package dev.prefork.supervise;

/**
 * Hears what happens to the workers.
 *
 * <p>Threading: called on the master's thread, in order; it must not block. What it throws stops the master: all workers
 * are ended and its {@code run} throws it on.
 */
@FunctionalInterface
public interface ReportListener {
    void on(Report report) throws Exception;

    /** Hears each kind by itself, and all of them: with a kind that is new, it does not compile until it handles that too. */
    interface Every extends ReportListener {
        @Override
        default void on(Report report) {
            report.tell(this);
        }

        void on(Report.WorkerStarted report);

        void on(Report.WorkerNotStarted report);

        void on(Report.FirstGenerationStarted report);

        void on(Report.WorkerReady report);

        void on(Report.StandbyReady report);

        void on(Report.StandbyTookOver report);

        void on(Report.StandbyAccepts report);

        void on(Report.StartsAreCheap report);

        void on(Report.FirstGenerationReady report);

        void on(Report.WorkerStopping report);

        void on(Report.WorkerHung report);

        void on(Report.WorkerStalled report);

        void on(Report.WorkerKilled report);

        void on(Report.WorkerExited report);

        void on(Report.RecoveryDelayed report);

        void on(Report.ThresholdExceeded report);

        void on(Report.StopBegan report);

        void on(Report.DrainBegan report);

        void on(Report.QueueEmptied report);

        void on(Report.QueueClosed report);

        void on(Report.Scaled report);

        void on(Report.ScaleRefused report);

        void on(Report.RolloutBegan report);

        void on(Report.RolloutCompleted report);

        void on(Report.RolloutAborted report);

        void on(Report.RolloutSuperseded report);

        void on(Report.ReloadRefused report);

        void on(Report.RoomMissing report);

        void on(Report.RecycleAsked report);

        void on(Report.WorkerTookOver report);

        void on(Report.WorkerAbandoned report);

        void on(Report.AdoptedAbandoned report);
    }

    /** Hears each kind by itself, and those alone that it has a method for. */
    interface Selective extends Every {
        default void on(Report.WorkerStarted report) {}

        default void on(Report.WorkerNotStarted report) {}

        default void on(Report.FirstGenerationStarted report) {}

        default void on(Report.WorkerReady report) {}

        default void on(Report.StandbyReady report) {}

        default void on(Report.StandbyTookOver report) {}

        default void on(Report.StandbyAccepts report) {}

        default void on(Report.StartsAreCheap report) {}

        default void on(Report.FirstGenerationReady report) {}

        default void on(Report.WorkerStopping report) {}

        default void on(Report.WorkerHung report) {}

        default void on(Report.WorkerStalled report) {}

        default void on(Report.WorkerKilled report) {}

        default void on(Report.WorkerExited report) {}

        default void on(Report.RecoveryDelayed report) {}

        default void on(Report.ThresholdExceeded report) {}

        default void on(Report.StopBegan report) {}

        default void on(Report.DrainBegan report) {}

        default void on(Report.QueueEmptied report) {}

        default void on(Report.QueueClosed report) {}

        default void on(Report.Scaled report) {}

        default void on(Report.ScaleRefused report) {}

        default void on(Report.RolloutBegan report) {}

        default void on(Report.RolloutCompleted report) {}

        default void on(Report.RolloutAborted report) {}

        default void on(Report.RolloutSuperseded report) {}

        default void on(Report.ReloadRefused report) {}

        default void on(Report.RoomMissing report) {}

        default void on(Report.RecycleAsked report) {}

        default void on(Report.WorkerTookOver report) {}

        default void on(Report.WorkerAbandoned report) {}

        default void on(Report.AdoptedAbandoned report) {}
    }
}
