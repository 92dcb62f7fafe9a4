package dev.prefork.control;

import dev.prefork.os.Peer;

/**
 * Does what a master is asked for.
 *
 * <p>Threading: called on the control socket's thread; it must not block.
 */
@FunctionalInterface
public interface Steering {

    /**
     * Begins with it.
     *
     * @param asker who asks, as the kernel knows
     */
    Course begin(Request request, Peer asker);
}
