package dev.prefork.handoff;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A way to tell a process about its listeners besides LISTEN_FDS, which every process gets. */
public enum Dialect {
    /** {@code SERVER_STARTER_PORT=host:port=fd;…}, of Perl's Server::Starter and its heirs. */
    SERVER_STARTER("server-starter"),

    /** {@code EINHORN_FD_COUNT} and {@code EINHORN_FD_0}, {@code EINHORN_FD_1} … */
    EINHORN("einhorn"),

    /** {@code NGINX=3;4;}, with which nginx' new executable takes over the old one's sockets. */
    NGINX("nginx"),

    /**
     * The first listener also as descriptor 0, as from inetd: Java's System.inheritedChannel, Tomcat's useInheritedChannel,
     * Jetty's setInheritChannel.
     */
    STDIN("stdin");

    private final String label;

    Dialect(String label) {
        this.label = label;
    }

    /** The name in {@code --dialect}. */
    public String label() {
        return label;
    }

    /** @throws IllegalArgumentException for an unknown label, with one line that lists the known ones */
    public static Dialect parse(String label) {
        List<Dialect> known = List.of(values());
        return known.stream()
                .filter(dialect -> dialect.label.equals(label.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown dialect '" + label + "': use "
                        + Stream.of(values()).map(Dialect::label).collect(Collectors.joining(", "))));
    }
}
