package dev.prefork.app;

import dev.prefork.control.Course;
import dev.prefork.control.Request;

/**
 * What may be asked of a master over its management interface: the same as over its control socket, with the same answers.
 *
 * <p>Threading: any thread, which is not kept waiting.
 */
@FunctionalInterface
public interface Actions {

    /**
     * Asks. What it comes to is looked at by one thread at a time.
     *
     * @param asker in words, for the log
     */
    Course begin(Request request, String asker);
}
