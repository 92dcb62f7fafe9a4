package dev.prefork.quarkus.worker;

import java.util.Optional;
import java.util.stream.Stream;

/** The two HTTP servers of a Quarkus application. Immutable. */
public enum ServerKind {
    PLAIN("http", "quarkus.http.port", 8080),
    TLS("https", "quarkus.http.ssl-port", 8443);

    private final String scheme;
    private final String portKey;
    private final int defaultPort;

    ServerKind(String scheme, String portKey, int defaultPort) {
        this.scheme = scheme;
        this.portKey = portKey;
        this.defaultPort = defaultPort;
    }

    /** {@code http} or {@code https}: also the name of the server's first listener. */
    public String scheme() {
        return scheme;
    }

    /** What configures the server's port. */
    String portKey() {
        return portKey;
    }

    /** The port of Quarkus' server when nothing is configured. */
    public int defaultPort() {
        return defaultPort;
    }

    /** The server a listener's name asks for, such as {@code https}, {@code https-internal}, {@code http.socket}. */
    static Optional<ServerKind> namedBy(String name) {
        String first = name.split("[-.]", 2)[0];
        return Stream.of(values()).filter(kind -> first.equals(kind.scheme)).findFirst();
    }
}
