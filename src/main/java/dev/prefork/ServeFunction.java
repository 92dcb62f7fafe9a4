package dev.prefork;

import java.nio.channels.ServerSocketChannel;

/** What a child does with its listener. */
@FunctionalInterface
public interface ServeFunction {

    /**
     * Serves until there is nothing more to serve; {@code listenAndServe} returns when this does.
     *
     * <p>Threading: called once, in the child, on the thread that called {@code listenAndServe}. It should block.
     *
     * @param listener shared with the other children, bound and listening. It may wait in {@code accept} or be registered
     *     with a selector after {@code configureBlocking(false)}. Closing it closes this child's copy only
     */
    void serve(ServerSocketChannel listener) throws Exception;
}
