package dev.prefork.listen;

import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntSupplier;
import jnr.constants.platform.Errno;

/**
 * The file of a unix listener that we bound. It stays behind when its process dies, so a new one must replace it, but only
 * if no process listens on it and it is this user's; and we remove ours at the end, but not one that has replaced it meanwhile.
 *
 * @param identity device and inode of the file that our bind created
 */
record SocketFile(Path path, Object identity) {
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    /** Binds with {@code bind}, and once more if there was only a stale socket in the way. */
    static int replacingStale(Posix posix, ListenSpec spec, Endpoint.Unix endpoint, IntSupplier bind) {
        try {
            return bind.getAsInt();
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EADDRINUSE || endpoint.isAbstract()) {
                throw e;
            }
            removeIfStale(posix, spec, endpoint);
            return bind.getAsInt();
        }
    }

    static SocketFile of(Endpoint.Unix endpoint) throws IOException {
        Path path = Path.of(endpoint.path());
        return new SocketFile(path, identity(path));
    }

    /** Removes the file unless it is no longer the one we made, and says why it could not. */
    Optional<String> remove() {
        try {
            delete();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the socket file " + path + " could not be removed: " + e);
        }
    }

    private void delete() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && identity.equals(identity(path))) {
            Files.delete(path);
        }
    }

    private static Object identity(Path path) throws IOException {
        return Files.getAttribute(path, "unix:fileKey", LinkOption.NOFOLLOW_LINKS);
    }

    private static void removeIfStale(Posix posix, ListenSpec spec, Endpoint.Unix endpoint) {
        Path path = Path.of(endpoint.path());
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & FILE_TYPE) != SOCKET) {
                throw Refusals.because(spec, path + " exists and is not a socket", "remove it, or choose another path");
            }
            int owner = (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (owner != posix.geteuid()) {
                // Root could remove it, and with it what a neighbour has bound and is about to listen on.
                throw Refusals.because(
                        spec,
                        path + " is a socket of user " + owner + ", and this is user " + posix.geteuid(),
                        "remove it if no process listens on it, or choose another path");
            }
            SocketFile old = new SocketFile(path, identity(path));
            if (!isStale(posix, spec, endpoint)) {
                throw Refusals.because(
                        spec,
                        "another process listens on it",
                        "stop that process (ss -lxp shows it) or choose another path");
            }
            // What may have taken its place meanwhile is left alone; the second bind then fails, and names the path.
            old.delete();
        } catch (IOException e) {
            throw Refusals.because(
                    spec, "the old socket cannot be replaced (" + e + ")", "remove it, or choose another path");
        }
    }

    /** Asks by connecting: only a socket file without a listener behind it refuses; see connect(2), unix(7). */
    private static boolean isStale(Posix posix, ListenSpec spec, Endpoint.Unix endpoint) {
        int probe = posix.streamSocket(endpoint);
        try {
            posix.connect(probe, endpoint);
            return false;
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case ECONNREFUSED, ENOENT -> true;
                case EAGAIN, EPROTOTYPE -> false; // its queue is full; or it is a datagram socket
                default -> throw Refusals.because(spec, e);
            };
        } finally {
            posix.close(probe);
        }
    }
}
