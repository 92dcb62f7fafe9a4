package dev.prefork.library;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.handoff.Leadership;
import dev.prefork.handoff.ParentWatch;
import dev.prefork.handoff.Variables;
import dev.prefork.log.EventName;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/**
 * What {@code listenAndServe} does in a child: take the inherited listener, watch the master, serve.
 *
 * <p>The JDK makes a channel from a foreign descriptor in one place only, {@link System#inheritedChannel}, and only from
 * descriptor 0. So the listener is put there first.
 */
record ChildSide(Configuration configuration, Posix posix) {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int OUT_OF_THE_WAY = 64;

    void serve(Configuration.Call<ServerSocketChannel> serving) throws Exception {
        Optional<String> name = configuration.children().name();
        if (inherited(Optional.empty()).isPresent() && inherited(name).isEmpty()) {
            // It was started for another call of this program, which takes the listener.
            return;
        }
        ParentWatch parentWatch = ParentWatch.watch(posix, System.getenv(), this::onMasterDeath);
        Runtime.getRuntime().addShutdownHook(new Thread(parentWatch::close));
        // Closing an inherited channel makes the JDK point the standard streams at /dev/null: what is logged after the
        // serving shall be seen all the same.
        int out = posix.duplicateAbove(STDOUT, OUT_OF_THE_WAY);
        int err = posix.duplicateAbove(STDERR, OUT_OF_THE_WAY);
        try (ServerSocketChannel listener = listener()) {
            if (!configuration.children().announced()) {
                Library.notifyReady();
            }
            serving.with(listener);
        } finally {
            // Its serving is over, though the program may go on.
            Leadership.ofThisProcess().resign();
            posix.duplicateOnto(out, STDOUT);
            posix.duplicateOnto(err, STDERR);
            posix.close(out);
            posix.close(err);
        }
    }

    /** A callback that fails must not leave a child that serves without a master. */
    private void onMasterDeath() {
        try {
            configuration.children().onMasterDeath().run();
        } catch (Throwable e) {
            try {
                configuration
                        .log()
                        .error(EventName.INTERNAL_ERROR, "onMasterDeath failed, so this child exits at once: " + e);
            } finally {
                Runtime.getRuntime().halt(1);
            }
        }
    }

    /** The listener of this name; without one the first. */
    private static Optional<InheritedListener> inherited(Optional<String> name) {
        return Inheritance.ofThisProcess().listeners().stream()
                .filter(listener -> name.isEmpty() || listener.name().equals(name.get()))
                .findFirst();
    }

    private ServerSocketChannel listener() throws IOException {
        InheritedListener inherited = inherited(configuration.children().name())
                .orElseThrow(() -> new Failure(
                        Failure.Kind.INHERITANCE,
                        Variables.CHILD + " is set but no listener was passed (LISTEN_FDS), so there is no socket"
                                + " to accept from; unset " + Variables.CHILD + " to start a master"));
        posix.duplicateOnto(inherited.descriptor(), STDIN);
        posix.close(inherited.descriptor());
        Channel channel = System.inheritedChannel();
        // The channel has its own copy. Left on 0, the listener would stay open after the channel is closed, and a
        // read of the standard input would accept a connection.
        int[] emptyInput = posix.pipe();
        posix.close(emptyInput[1]);
        posix.duplicateOnto(emptyInput[0], STDIN);
        posix.close(emptyInput[0]);
        if (channel instanceof ServerSocketChannel listener
                && isSame(listener.getLocalAddress(), inherited.endpoint())) {
            return listener;
        }
        throw new Failure(
                Failure.Kind.INHERITANCE,
                "the JDK did not make a channel of the listener " + inherited + ", which it does for one listener of a"
                        + " process only, but gave " + channel);
    }

    private static boolean isSame(SocketAddress address, Endpoint endpoint) {
        return address instanceof InetSocketAddress bound
                ? endpoint instanceof Endpoint.Inet inet && inet.port() == bound.getPort()
                : endpoint instanceof Endpoint.Unix;
    }
}
