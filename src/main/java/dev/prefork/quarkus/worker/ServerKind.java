package dev.prefork.quarkus.worker;

import java.util.Optional;

/** The two HTTP servers of a Quarkus application. Immutable. */
public enum ServerKind {
    PLAIN("http", 8080),
    TLS("https", 8443);

    private final String scheme;
    private final int defaultPort;

    ServerKind(String scheme, int defaultPort) {
        this.scheme = scheme;
        this.defaultPort = defaultPort;
    }

    /** {@code http} or {@code https}: also the name of the server's first listener. */
    public String scheme() {
        return scheme;
    }

    /** The port of Quarkus' server when nothing is configured. */
    public int defaultPort() {
        return defaultPort;
    }

    /** The server a listener's name asks for, such as {@code https}, {@code https-internal}, {@code http.socket}. */
    static Optional<ServerKind> namedBy(String name) {
        for (ServerKind kind : values()) {
            if (name.equals(kind.scheme) || name.startsWith(kind.scheme + "-") || name.startsWith(kind.scheme + ".")) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
