package dev.prefork.library;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.ParentWatch;
import dev.prefork.handoff.Variables;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;

/**
 * What {@code listenAndServe} does in a child: take the inherited listener, watch the master, serve.
 *
 * <p>The JDK makes a channel from a foreign descriptor in one place only, {@link System#inheritedChannel}, and only from
 * descriptor 0. So the listener is put there first.
 */
record ChildSide(Configuration.Children children, Posix posix) {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int OUT_OF_THE_WAY = 64;

    void serve(Configuration.Call<ServerSocketChannel> serving) throws Exception {
        ParentWatch parentWatch = ParentWatch.watch(posix, System.getenv(), children.onMasterDeath());
        Runtime.getRuntime().addShutdownHook(new Thread(parentWatch::close));
        // Closing an inherited channel makes the JDK point the standard streams at /dev/null: what is logged after the
        // serving shall be seen all the same.
        int out = posix.duplicateAbove(STDOUT, OUT_OF_THE_WAY);
        int err = posix.duplicateAbove(STDERR, OUT_OF_THE_WAY);
        try (ServerSocketChannel listener = listener()) {
            if (!children.announced()) {
                Library.notifyReady();
            }
            serving.with(listener);
        } finally {
            posix.duplicateOnto(out, STDOUT);
            posix.duplicateOnto(err, STDERR);
            posix.close(out);
            posix.close(err);
        }
    }

    private ServerSocketChannel listener() throws IOException {
        Inheritance inheritance = Inheritance.ofThisProcess();
        if (inheritance.isEmpty()) {
            throw new Failure(
                    Failure.Kind.INHERITANCE,
                    Variables.CHILD + " is set but no listener was passed (LISTEN_FDS), so there is no socket"
                            + " to accept from; unset " + Variables.CHILD + " to start a master");
        }
        int inherited = inheritance.listeners().get(0).descriptor();
        posix.duplicateOnto(inherited, STDIN);
        posix.close(inherited);
        Channel channel = System.inheritedChannel();
        // The channel has its own copy. Left on 0, the listener would stay open after the channel is closed, and a
        // read of the standard input would accept a connection.
        int[] emptyInput = posix.pipe();
        posix.close(emptyInput[1]);
        posix.duplicateOnto(emptyInput[0], STDIN);
        posix.close(emptyInput[0]);
        if (channel instanceof ServerSocketChannel listener) {
            return listener;
        }
        throw new Failure(
                Failure.Kind.INHERITANCE,
                "the JDK did not accept descriptor " + inherited + " for a listener: " + channel);
    }
}
