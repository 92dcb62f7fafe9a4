package dev.prefork.listen;

import java.util.Locale;

/**
 * Where to listen, as the user wrote it: host names are not resolved yet and port 0 means any free one. Immutable.
 * {@code toString} gives the canonical form, which parses to an equal address.
 */
public sealed interface ListenAddress {

    /** What a TCP listener takes: IPv4 and IPv6 on one socket where the machine has both, or one of them alone. */
    enum Family {
        TCP("::"),
        TCP4("0.0.0.0"),
        TCP6("::");

        private final String wildcard;

        Family(String wildcard) {
            this.wildcard = wildcard;
        }

        /** The host that stands for every address of the machine. */
        String wildcard() {
            return wildcard;
        }

        String scheme() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A host name or address (IPv6 without brackets) and a port from 0 to 65535. */
    record Tcp(Family family, String host, int port) implements ListenAddress {

        boolean isWildcard() {
            return host.equals(family.wildcard());
        }

        @Override
        public String toString() {
            return family.scheme() + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Whether binding it makes a file, as all paths do but abstract names. */
    default boolean isFile() {
        return this instanceof Unix unix && !unix.path().startsWith("@");
    }

    /** An absolute path, or with a leading {@code @} a name in the abstract namespace; see unix(7). */
    record Unix(String path) implements ListenAddress {
        @Override
        public String toString() {
            return "unix://" + path;
        }
    }

    /**
     * Parses {@code tcp://}, {@code tcp4://}, {@code tcp6://host:port} and {@code unix:///path}. Without a scheme it is
     * tcp4, or tcp6 when the host stands in brackets, but tcp for {@code [::]}; {@code unix:/path} is a path too. An empty
     * host and {@code *} mean every address.
     *
     * @throws IllegalArgumentException with one line that says what is wrong and what would be right
     */
    static ListenAddress parse(String text) {
        return new AddressParser(text.strip()).parse();
    }
}
