package dev.prefork.supervise;

import java.util.Optional;

/** The end of a supervisor: whether it has begun, with which outcome, and whether it was said to be over. */
final class Shutdown {
    private Optional<Outcome> outcome = Optional.empty();
    private boolean asked;
    private boolean finished;

    boolean begun() {
        return outcome.isPresent();
    }

    void begin(Outcome reason) {
        outcome = Optional.of(reason);
    }

    /**
     * Notes that somebody asks to stop; true when somebody had asked before. A first asking during a stop that began for
     * another reason does not hurry it.
     */
    boolean askedAgain() {
        boolean before = asked;
        asked = true;
        return before;
    }

    /** The last action of all, once the stop has begun; empty before, and after it was given. */
    Optional<Action> finish() {
        if (finished || outcome.isEmpty()) {
            return Optional.empty();
        }
        finished = true;
        return Optional.of(new Action.Finish(outcome.get()));
    }
}
