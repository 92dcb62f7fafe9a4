package dev.prefork.listen;

import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Decides which inherited socket serves which listener: by name and address where both agree, then by name alone, then
 * by address alone. Each socket serves one listener at most.
 */
final class Adoption {
    private final Posix posix;
    private final List<InheritedListener> unused;
    private final Map<Integer, InheritedListener> byPosition = new HashMap<>();

    Adoption(Posix posix, List<ListenSpec> specs, List<InheritedListener> inherited) {
        this.posix = posix;
        this.unused = new ArrayList<>(inherited);
        match(specs, (spec, socket) -> sameName(spec, socket) && sameAddress(spec, socket));
        match(specs, Adoption::sameName);
        match(specs, this::sameAddress);
    }

    /** The socket for the listener at this position of the list. */
    Optional<InheritedListener> at(int position) {
        return Optional.ofNullable(byPosition.get(position));
    }

    /** The sockets that no listener asked for. */
    List<InheritedListener> unused() {
        return List.copyOf(unused);
    }

    private void match(List<ListenSpec> specs, BiPredicate<ListenSpec, InheritedListener> fits) {
        for (int i = 0; i < specs.size() && !unused.isEmpty(); i++) {
            ListenSpec spec = specs.get(i);
            if (byPosition.containsKey(i)) {
                continue;
            }
            Optional<InheritedListener> found =
                    unused.stream().filter(socket -> fits.test(spec, socket)).findFirst();
            if (found.isPresent()) {
                byPosition.put(i, found.get());
                unused.remove(found.get());
            }
        }
    }

    private static boolean sameName(ListenSpec spec, InheritedListener socket) {
        return spec.name().equals(socket.name());
    }

    private boolean sameAddress(ListenSpec spec, InheritedListener socket) {
        if (spec.address() instanceof ListenAddress.Tcp tcp && socket.endpoint() instanceof Endpoint.Inet inet) {
            return tcp.port() == inet.port() && serves(tcp, inet.address(), socket.descriptor());
        }
        return spec.address() instanceof ListenAddress.Unix unix
                && socket.endpoint().equals(new Endpoint.Unix(unix.path()));
    }

    private boolean serves(ListenAddress.Tcp wanted, InetAddress bound, int fd) {
        if (wanted.isWildcard()) {
            boolean four = bound instanceof Inet4Address;
            return bound.isAnyLocalAddress()
                    && switch (wanted.family()) {
                        case TCP -> true;
                        case TCP6 -> !four;
                        // A dual-stack [::] takes what 0.0.0.0 would; see IPV6_V6ONLY in ipv6(7).
                        case TCP4 -> four || posix.getOption(fd, SocketOption.V6_ONLY) == 0;
                    };
        }
        try {
            return Resolver.lookUp(wanted).filter(bound::equals).isPresent();
        } catch (UnknownHostException e) {
            return false; // said clearly when it comes to binding
        }
    }
}
