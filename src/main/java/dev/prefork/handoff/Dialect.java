package dev.prefork.handoff;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A way to tell a process about its listeners besides LISTEN_FDS, which every process gets. */
public enum Dialect {
    /** {@code SERVER_STARTER_PORT=host:port=fd;…}, of Perl's Server::Starter and its heirs. */
    SERVER_STARTER,

    /** {@code EINHORN_FD_COUNT} and {@code EINHORN_FD_0}, {@code EINHORN_FD_1} … */
    EINHORN,

    /** {@code NGINX=3;4;}, with which nginx' new executable takes over the old one's sockets. */
    NGINX,

    /**
     * The first listener also as descriptor 0, as from inetd: Java's System.inheritedChannel, Tomcat's useInheritedChannel,
     * Jetty's setInheritChannel.
     */
    STDIN;

    /** The name in {@code --dialect}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All names, for a sentence. */
    public static String known() {
        return Stream.of(values()).map(Dialect::toString).collect(Collectors.joining(", "));
    }

    /** @throws IllegalArgumentException for an unknown label, with one line that lists the known ones */
    public static Dialect parse(String label) {
        return Stream.of(values())
                .filter(dialect -> dialect.toString().equals(label.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown dialect '" + label + "': use " + known()));
    }
}
