package dev.prefork.listen;

import dev.prefork.handoff.HighDescriptors;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import java.net.Inet6Address;
import java.util.List;
import jnr.constants.platform.Errno;

/** Opens single listening sockets, high and close-on-exec, or leaves nothing open. Stateless. */
record Binder(Posix posix, ListenOptions options) {

    /** Listens on the first candidate that this machine can have at all. */
    int first(List<Resolver.Candidate> candidates) {
        for (Resolver.Candidate candidate : candidates.subList(0, candidates.size() - 1)) {
            try {
                return tcp(candidate);
            } catch (ErrnoException e) {
                // IPv6 compiled out or booted without; or there, but switched off for every interface.
                if (e.errno() != Errno.EAFNOSUPPORT && e.errno() != Errno.EADDRNOTAVAIL) {
                    throw e;
                }
            }
        }
        return tcp(candidates.get(candidates.size() - 1));
    }

    int tcp(Resolver.Candidate candidate) {
        int fd = HighDescriptors.lift(posix, posix.streamSocket(candidate.endpoint()));
        return listening(fd, () -> {
            // A restarted container must get its port back from connections that are still in TIME_WAIT.
            posix.setOption(fd, SocketOption.REUSE_ADDRESS, 1);
            if (candidate.endpoint().address() instanceof Inet6Address) {
                posix.setOption(fd, SocketOption.V6_ONLY, candidate.v6Only() ? 1 : 0);
            }
            if (options.reusePort()) {
                posix.setOption(fd, SocketOption.REUSE_PORT, 1);
            }
            posix.bind(fd, candidate.endpoint());
        });
    }

    /** unix(7) sockets know no SO_REUSEPORT, so there is never more than one. */
    int unix(Endpoint.Unix endpoint) {
        int fd = HighDescriptors.lift(posix, posix.streamSocket(endpoint));
        return listening(fd, () -> {
            if (options.fileMode().isPresent() && !endpoint.isAbstract()) {
                posix.bind(fd, endpoint, options.fileMode().get().bits());
            } else {
                posix.bind(fd, endpoint);
            }
        });
    }

    private int listening(int fd, Runnable bind) {
        try {
            bind.run();
            posix.listen(fd, options.backlog());
            return fd;
        } catch (RuntimeException e) {
            posix.close(fd);
            throw e;
        }
    }
}
