package dev.prefork.listen;

import dev.prefork.os.Endpoint;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the addresses of a TCP listener. May ask the system's resolver, and then blocks. */
final class Resolver {
    private static final InetAddress ANY4 = new InetSocketAddress("0.0.0.0", 0).getAddress();
    private static final InetAddress ANY6 = new InetSocketAddress("::", 0).getAddress();

    private Resolver() {}

    /** An address to try. @param v6Only whether an IPv6 socket shall refuse IPv4 clients; see ipv6(7) */
    record Candidate(Endpoint.Inet endpoint, boolean v6Only) {}

    /** The addresses in the order in which to try them; the later ones are for machines without IPv6. */
    static List<Candidate> candidates(ListenSpec spec, ListenAddress.Tcp tcp) {
        boolean v6Only = tcp.family() == ListenAddress.Family.TCP6;
        if (tcp.isWildcard() && tcp.family() == ListenAddress.Family.TCP) {
            return List.of(candidate(ANY6, tcp, v6Only), candidate(ANY4, tcp, v6Only));
        }
        return List.of(candidate(resolve(spec, tcp), tcp, v6Only));
    }

    /** The first address of the listener's host in its family; empty when the host has none in it. */
    static Optional<InetAddress> lookUp(ListenAddress.Tcp tcp) throws UnknownHostException {
        return Stream.of(InetAddress.getAllByName(tcp.host()))
                .filter(address -> fits(address, tcp.family()))
                .findFirst();
    }

    private static InetAddress resolve(ListenSpec spec, ListenAddress.Tcp tcp) {
        try {
            return lookUp(tcp)
                    .orElseThrow(() -> Refusals.because(
                            spec,
                            "'" + tcp.host() + "' has no "
                                    + (tcp.family() == ListenAddress.Family.TCP4 ? "IPv4" : "IPv6") + " address",
                            "use another host, or tcp://, which takes either family"));
        } catch (UnknownHostException e) {
            throw Refusals.because(
                    spec, "unknown host '" + tcp.host() + "'", "check its spelling, or use an address such as 0.0.0.0");
        }
    }

    private static boolean fits(InetAddress address, ListenAddress.Family family) {
        return switch (family) {
            case TCP -> true;
            case TCP4 -> address instanceof Inet4Address;
            case TCP6 -> address instanceof Inet6Address;
        };
    }

    private static Candidate candidate(InetAddress address, ListenAddress.Tcp tcp, boolean v6Only) {
        return new Candidate(new Endpoint.Inet(address, tcp.port()), v6Only);
    }
}
