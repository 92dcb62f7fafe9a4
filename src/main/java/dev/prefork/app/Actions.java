package dev.prefork.app;

import dev.prefork.control.Answer;
import dev.prefork.control.Request;

/**
 * What may be asked of a master over its management interface: the same as over its control socket, with the same answers.
 *
 * <p>Threading: any thread that may be kept waiting, as a rule for milliseconds.
 */
@FunctionalInterface
public interface Actions {

    /**
     * Asks, and waits for the first answer: that it has begun, as a rule.
     *
     * @param asker in words, for the log
     */
    Answer ask(Request request, String asker);
}
