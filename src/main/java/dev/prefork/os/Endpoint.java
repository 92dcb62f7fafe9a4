package dev.prefork.os;

import java.net.Inet6Address;
import java.net.InetAddress;

/** The address of a socket as the kernel knows it. Immutable. */
public sealed interface Endpoint {

    /** An IPv4 or IPv6 address and a port; the family is the address' own. */
    record Inet(InetAddress address, int port) implements Endpoint {
        @Override
        public String toString() {
            return address instanceof Inet6Address
                    ? "tcp6://[" + address.getHostAddress() + "]:" + port
                    : "tcp4://" + address.getHostAddress() + ":" + port;
        }
    }

    /** A path, or, with a leading {@code @}, a name in the abstract namespace; see unix(7). */
    record Unix(String path) implements Endpoint {
        public boolean isAbstract() {
            return path.startsWith("@");
        }

        @Override
        public String toString() {
            return "unix://" + path;
        }
    }
}
