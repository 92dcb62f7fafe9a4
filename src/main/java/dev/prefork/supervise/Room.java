package dev.prefork.supervise;

import java.util.Optional;

/**
 * Whether the memory carries one worker more. It is asked for each replacement, when that is about to begin: a heap grows, so that an
 * answer of yesterday says nothing of today.
 */
final class Room {
    private enum Answer {
        UNWANTED,
        WANTED,
        AWAITED,
        YES,
        NO
    }

    private Answer answer = Answer.UNWANTED;
    private boolean looked;

    /** Whether there is, once that is answered; it is asked if need be. */
    Optional<Boolean> look() {
        looked = true;
        if (answer == Answer.UNWANTED) {
            answer = Answer.WANTED;
        }
        return switch (answer) {
            case YES -> Optional.of(true);
            case NO -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** Something has begun by this answer: the next needs another. */
    void used() {
        answer = Answer.UNWANTED;
    }

    /**
     * What could begin by now has begun. A yes that was not used is of no use later, and a no is kept only for what still waits for
     * its turn: else it would be asked again at once, and for ever.
     */
    void settle() {
        if (answer == Answer.YES || !looked && answer != Answer.AWAITED) {
            answer = Answer.UNWANTED;
        }
        looked = false;
    }

    void measured(boolean room) {
        if (answer == Answer.AWAITED) {
            answer = room ? Answer.YES : Answer.NO;
        }
    }

    /** The question, once. */
    Optional<Action> next() {
        if (answer != Answer.WANTED) {
            return Optional.empty();
        }
        answer = Answer.AWAITED;
        return Optional.of(new Action.MeasureRoom());
    }
}
