package dev.prefork.quarkus.worker;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which inherited listener belongs to which HTTP server.
 *
 * <p>A name decides: {@code https}, {@code https-…} and {@code https.…} belong to the TLS server, {@code http} and its
 * like to the plain one. Any other name (systemd passes unit names, or {@code unknown}) goes by the bound port, and to the
 * plain server when no port fits.
 *
 * <p>Threading: immutable, any thread.
 */
public record Assignment(Share plain, Share tls, Inheritance.Parent parent) {

    /**
     * What one server gets.
     *
     * @param port the port that the server reports and is known by: the first TCP listener's own, else the configured one
     * @param host the first TCP listener's address; empty when there is none
     */
    public record Share(List<InheritedListener> listeners, int port, Optional<String> host) {

        public boolean isEmpty() {
            return listeners.isEmpty();
        }
    }

    /** Divides what was inherited; the ports are those the application is configured for. */
    public static Assignment of(Inheritance inheritance, int plainPort, int tlsPort) {
        Map<ServerKind, List<InheritedListener>> own =
                inheritance.listeners().stream().collect(Collectors.groupingBy(listener -> kindOf(listener, tlsPort)));
        return new Assignment(
                share(own.getOrDefault(ServerKind.PLAIN, List.of()), plainPort),
                share(own.getOrDefault(ServerKind.TLS, List.of()), tlsPort),
                inheritance.parent());
    }

    public Share share(ServerKind kind) {
        return kind == ServerKind.TLS ? tls : plain;
    }

    /**
     * What a server gets that is about to bind; empty when it is none of the application's two, or may bind itself. Below
     * a master it may not: the next worker would find the port in use. It gets a share of nothing then.
     */
    Optional<Share> claimedBy(ServerKind kind, int port, String host) {
        return Optional.of(share(kind))
                .filter(share ->
                        share.port() == port && share.host().orElse(host).equals(host))
                .filter(share -> parent == Inheritance.Parent.MASTER || !share.isEmpty());
    }

    private static Share share(List<InheritedListener> listeners, int configuredPort) {
        Optional<Endpoint.Inet> first = listeners.stream()
                .map(InheritedListener::endpoint)
                .filter(Endpoint.Inet.class::isInstance)
                .map(Endpoint.Inet.class::cast)
                .findFirst();
        return new Share(
                listeners, first.map(Endpoint.Inet::port).orElse(configuredPort), first.map(Endpoint.Inet::host));
    }

    private static ServerKind kindOf(InheritedListener listener, int tlsPort) {
        boolean boundToTlsPort = listener.endpoint() instanceof Endpoint.Inet inet && inet.port() == tlsPort;
        return ServerKind.namedBy(listener.name()).orElse(boundToTlsPort ? ServerKind.TLS : ServerKind.PLAIN);
    }
}
