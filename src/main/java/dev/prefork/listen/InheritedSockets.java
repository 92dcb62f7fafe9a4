package dev.prefork.listen;

import dev.prefork.handoff.HighDescriptors;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.handoff.ListenEnvironment;
import dev.prefork.handoff.ListenEnvironment.Passed;
import dev.prefork.handoff.Variables;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketKind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes in the listening sockets that a parent announces in the environment; see sd_listen_fds(3). */
public final class InheritedSockets {
    private InheritedSockets() {}

    /**
     * The announced sockets, moved out of the way, close-on-exec and non-blocking; none when the announcement is for
     * another process. Call it once, early: before anything else can open or close low descriptors.
     *
     * @throws ListenException when the announcement is wrong, with one line that names the descriptor
     */
    public static List<InheritedListener> fromEnvironment(Posix posix, Map<String, String> environment) {
        List<InheritedListener> found = new ArrayList<>();
        for (Passed passed : ListenEnvironment.read(environment, new OfMaster(posix.getpid()))) {
            String name = passed.name().isEmpty() ? ListenEnvironment.UNNAMED : passed.name();
            int fd = passed.descriptor();
            found.add(new InheritedListener(name, fd, listeningEndpoint(posix, fd)));
        }
        return found.stream()
                .map(each -> new InheritedListener(each.name(), takeIn(posix, each.descriptor()), each.endpoint()))
                .toList();
    }

    /** What to listen on when the user named nothing: exactly the inherited sockets. */
    public static List<ListenSpec> specs(List<InheritedListener> sockets) {
        List<ListenSpec> specs = new ArrayList<>();
        for (InheritedListener socket : sockets) {
            boolean named = !socket.name().equals(ListenEnvironment.UNNAMED);
            String name =
                    named ? socket.name().replaceAll("[^A-Za-z0-9._-]", "-") : ListenSpec.defaultName(specs.size());
            specs.add(new ListenSpec(name, address(socket.endpoint())));
        }
        return List.copyOf(specs);
    }

    private static ListenAddress address(Endpoint endpoint) {
        if (endpoint instanceof Endpoint.Inet inet) {
            InetAddress address = inet.address();
            boolean four = address.getAddress().length == 4;
            ListenAddress.Family family = four ? ListenAddress.Family.TCP4 : ListenAddress.Family.TCP;
            return new ListenAddress.Tcp(family, inet.host(), inet.port());
        }
        return new ListenAddress.Unix(((Endpoint.Unix) endpoint).path());
    }

    /** Whose parent is not ours has to name the pid: what a worker of another master inherits is not meant for us. */
    private record OfMaster(int pid) implements ListenEnvironment.Rules {
        @Override
        public boolean areOurs(String meant) {
            return meant.equals(String.valueOf(pid));
        }

        @Override
        public int count(String text) {
            if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > ListenSpec.MOST) {
                throw new ListenException("cannot use inherited listeners: " + Variables.LISTEN_FDS + " is '" + text
                        + "', which is not a number from 0 to " + ListenSpec.MOST + "; correct or unset it");
            }
            return Integer.parseInt(text);
        }

        @Override
        public ListenException mismatch(List<String> names, int descriptors) {
            return new ListenException("cannot use inherited listeners: " + Variables.LISTEN_FDNAMES + " has "
                    + names.size() + " names for " + descriptors
                    + " descriptors; give one name for each, or none at all");
        }
    }

    private static Endpoint listeningEndpoint(Posix posix, int fd) {
        Optional<SocketKind> kind = posix.socketKind(fd);
        if (kind.isEmpty()) {
            throw notOurs(fd, "is not an open socket");
        }
        if (!kind.get().stream() || !kind.get().listening()) {
            throw notOurs(fd, kind.get().stream() ? "is a socket that is not listening" : "is not a stream socket");
        }
        try {
            return posix.localEndpoint(fd);
        } catch (ErrnoException e) {
            throw notOurs(fd, "has an unsupported address (" + e.reason() + ")");
        }
    }

    private static ListenException notOurs(int fd, String problem) {
        return new ListenException(
                "cannot use inherited listeners: descriptor " + fd + " " + problem + ", though " + Variables.LISTEN_FDS
                        + " announces it; pass a listening stream socket (Accept=no in systemd), or unset "
                        + Variables.LISTEN_FDS);
    }

    private static int takeIn(Posix posix, int fd) {
        // The flag lives on the open file description, which all workers share: blocking, it would hang every acceptor
        // that lost the race for a connection; see open(2).
        try {
            posix.setNonBlocking(fd, true);
            return HighDescriptors.lift(posix, fd);
        } catch (ErrnoException e) {
            throw notOurs(fd, "cannot be used (" + e.getMessage() + ")");
        }
    }
}
