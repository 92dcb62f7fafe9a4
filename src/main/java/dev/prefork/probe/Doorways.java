package dev.prefork.probe;

import dev.prefork.listen.Listener;
import dev.prefork.os.Endpoint;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** How to reach a TCP listener from this machine. Not for several threads. */
final class Doorways {
    private static final InetAddress LOOPBACK4 = new InetSocketAddress("127.0.0.1", 0).getAddress();
    private static final InetAddress LOOPBACK6 = new InetSocketAddress("::1", 0).getAddress();

    private final Endpoint.Inet endpoint;
    private final int count;
    private final List<InetAddress> addresses;
    private int preferred;

    Doorways(Listener listener) {
        this.endpoint = (Endpoint.Inet) listener.endpoint();
        this.count = listener.descriptors().size();
        this.addresses = addresses(endpoint.address());
    }

    /** [::] takes IPv4 too unless it is told not to; and in some containers the loopback has no IPv6 address. */
    private static List<InetAddress> addresses(InetAddress bound) {
        if (!bound.isAnyLocalAddress()) {
            return List.of(bound);
        }
        return bound instanceof Inet6Address ? List.of(LOOPBACK6, LOOPBACK4) : List.of(LOOPBACK4);
    }

    int port() {
        return endpoint.port();
    }

    /** How many sockets there are behind the address. */
    int count() {
        return count;
    }

    /** For the header Host: servers that check it most likely allow localhost. */
    String host() {
        InetAddress bound = endpoint.address();
        boolean local = bound.isAnyLocalAddress() || bound.isLoopbackAddress();
        String literal = bound instanceof Inet6Address ? "[" + endpoint.host() + "]" : endpoint.host();
        return (local ? "localhost" : literal) + ":" + port();
    }

    /** A connection that has at least begun; empty when there is no way in now. */
    Optional<Attempt> connect(long now) {
        for (int i = 0; i < addresses.size(); i++) {
            try {
                return Optional.of(Attempt.to(new InetSocketAddress(addresses.get(preferred), port()), now));
            } catch (IOException | RuntimeException noWay) {
                // A family this machine, or this JVM by java.net.preferIPv4Stack, does not have.
                preferred = (preferred + 1) % addresses.size();
            }
        }
        return Optional.empty();
    }
}
