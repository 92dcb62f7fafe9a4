package dev.prefork.quarkus.worker;

import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import java.net.InetAddress;
import java.nio.file.Path;

/** A real listening socket as a master holds it. Closed with the test. */
public final class MasterSocket implements AutoCloseable {
    private final Posix posix = Posix.system();
    private final int descriptor;

    private MasterSocket(Endpoint endpoint) {
        descriptor = posix.streamSocket(endpoint);
        posix.bind(descriptor, endpoint);
    }

    public static MasterSocket tcp() {
        return listening(new Endpoint.Inet(InetAddress.getLoopbackAddress(), 0));
    }

    public static MasterSocket unix(Path path) {
        return listening(new Endpoint.Unix(path.toString()));
    }

    public static MasterSocket notListening() {
        return new MasterSocket(new Endpoint.Inet(InetAddress.getLoopbackAddress(), 0));
    }

    private static MasterSocket listening(Endpoint endpoint) {
        MasterSocket socket = new MasterSocket(endpoint);
        socket.posix.listen(socket.descriptor, 64);
        return socket;
    }

    public int descriptor() {
        return descriptor;
    }

    public Endpoint endpoint() {
        return posix.localEndpoint(descriptor);
    }

    public int port() {
        return ((Endpoint.Inet) endpoint()).port();
    }

    /** A worker's copy: another number for the same open file description, as after exec. */
    InheritedListener copyFor(String name) {
        return new InheritedListener(name, posix.duplicateAbove(descriptor, 3), endpoint());
    }

    @Override
    public void close() {
        posix.close(descriptor);
    }
}
