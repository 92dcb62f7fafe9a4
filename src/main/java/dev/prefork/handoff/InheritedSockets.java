package dev.prefork.handoff;

import dev.prefork.listen.HighDescriptors;
import dev.prefork.listen.InheritedSocket;
import dev.prefork.listen.ListenAddress;
import dev.prefork.listen.ListenException;
import dev.prefork.listen.ListenSpec;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketKind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes in the listening sockets that a parent announces in the environment; see sd_listen_fds(3). */
public final class InheritedSockets {
    private static final int FIRST = 3;
    private static final String FDS = "LISTEN_FDS";
    private static final String NAMES = "LISTEN_FDNAMES";

    private InheritedSockets() {}

    /**
     * The announced sockets, moved out of the way, close-on-exec and non-blocking; none when the announcement is for
     * another process. Call it once, early: before anything else can open or close low descriptors.
     *
     * @throws ListenException when the announcement is wrong, with one line that names the descriptor
     */
    public static List<InheritedSocket> fromEnvironment(Posix posix, Map<String, String> environment) {
        String pid = environment.getOrDefault("LISTEN_PID", "");
        if (!pid.equals(String.valueOf(posix.getpid()))) {
            return List.of();
        }
        int count = count(environment.getOrDefault(FDS, "0"));
        List<String> names = names(environment, count);
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            endpoints.add(listeningEndpoint(posix, FIRST + i));
        }
        List<InheritedSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new InheritedSocket(takeIn(posix, FIRST + i), names.get(i), endpoints.get(i)));
        }
        return List.copyOf(sockets);
    }

    /** What to listen on when the user named nothing: exactly the inherited sockets. */
    public static List<ListenSpec> specs(List<InheritedSocket> sockets) {
        List<ListenSpec> specs = new ArrayList<>();
        for (InheritedSocket socket : sockets) {
            boolean named = !socket.name().equals(InheritedSocket.UNNAMED);
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

    private static int count(String text) {
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > ListenSpec.MOST) {
            throw new ListenException("cannot use inherited listeners: " + FDS + " is '" + text
                    + "', which is not a number from 0 to " + ListenSpec.MOST + "; correct or unset it");
        }
        return Integer.parseInt(text);
    }

    private static List<String> names(Map<String, String> environment, int count) {
        String text = environment.get(NAMES);
        if (text == null) {
            return Collections.nCopies(count, InheritedSocket.UNNAMED);
        }
        List<String> names = new ArrayList<>();
        for (String name : text.split(":", -1)) {
            names.add(name.isEmpty() ? InheritedSocket.UNNAMED : name);
        }
        if (count > 0 && names.size() != count) {
            throw new ListenException("cannot use inherited listeners: " + NAMES + " has " + names.size()
                    + " names for " + count + " descriptors; give one name for each, or none at all");
        }
        return names;
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
        return new ListenException("cannot use inherited listeners: descriptor " + fd + " " + problem + ", though "
                + FDS + " announces it; pass a listening stream socket (Accept=no in systemd), or unset " + FDS);
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
