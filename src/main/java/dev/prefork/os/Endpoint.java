package dev.prefork.os;

import java.net.Inet6Address;
import java.net.InetAddress;

/** The address of a socket as the kernel knows it. Immutable. */
public sealed interface Endpoint {

    /** An IPv4 or IPv6 address and a port; the family is the address' own. */
    record Inet(InetAddress address, int port) implements Endpoint {

        /** The address as one writes it: {@code 127.0.0.1}, {@code ::1}, with the longest run of zeros shortened. */
        public String host() {
            if (!(address instanceof Inet6Address six)) {
                return address.getHostAddress();
            }
            String scope = six.getScopeId() == 0 ? "" : "%" + six.getScopeId();
            return shortened(":" + six.getHostAddress().replaceFirst("%.*", "") + ":") + scope;
        }

        /** As RFC 5952 writes it; the JDK writes {@code 0:0:0:0:0:0:0:1}, here with a colon at both ends. */
        private static String shortened(String groups) {
            // A single zero is not worth shortening.
            for (int run = 8; run > 1; run--) {
                String zeros = ":0".repeat(run) + ":";
                int at = groups.indexOf(zeros);
                if (at >= 0) {
                    String before = groups.substring(Math.min(at, 1), at);
                    String after = groups.substring(at + zeros.length());
                    return before + "::" + after.substring(0, Math.max(0, after.length() - 1));
                }
            }
            return groups.substring(1, groups.length() - 1);
        }

        @Override
        public String toString() {
            return address instanceof Inet6Address
                    ? "tcp6://[" + host() + "]:" + port
                    : "tcp4://" + host() + ":" + port;
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
