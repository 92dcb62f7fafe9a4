package dev.prefork.supervise;

/** What slots are told apart by. A slot belongs to any number of these, and moves between them as it changes. */
enum Group {
    /** There is a process in it, or one is wanted. */
    IN_USE {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.content() != Slot.EMPTY;
        }
    },
    /** There is a process in it, if only what a reaped one left. */
    OCCUPIED {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.isOccupied();
        }
    },
    WAITING {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.content() instanceof Slot.Waiting;
        }
    },
    SPAWNING {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.content() instanceof Slot.Spawning;
        }
    },
    STARTING {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.isStarting();
        }
    },
    READY {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.hasReadyWorker();
        }
    },
    SUSPECT {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.content() instanceof Worker worker
                    && worker.state() instanceof Worker.Ready ready
                    && ready.suspect();
        }
    },
    /** The process is reaped, but its group or session is not empty. */
    LEADERLESS {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.content() instanceof Worker worker && worker.isLeaderless();
        }
    },
    READY_ONCE {
        @Override
        boolean has(Slot slot, boolean kept) {
            return slot.everReady();
        }
    },
    KEPT_STARTED_ONCE {
        @Override
        boolean has(Slot slot, boolean kept) {
            return kept && slot.everStarted();
        }
    },
    KEPT_READY_ONCE {
        @Override
        boolean has(Slot slot, boolean kept) {
            return kept && slot.everReady();
        }
    },
    KEPT_READY {
        @Override
        boolean has(Slot slot, boolean kept) {
            return kept && slot.hasServingWorker();
        }
    },
    /** Each of these is asked to stop once all that are wanted are ready; so what cannot be asked does not belong to it. */
    SURPLUS_READY {
        @Override
        boolean has(Slot slot, boolean kept) {
            return !kept && slot.hasServingWorker();
        }
    };

    /** @param kept whether the slot is one of those that are wanted */
    abstract boolean has(Slot slot, boolean kept);
}
