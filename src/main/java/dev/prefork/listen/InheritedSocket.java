package dev.prefork.listen;

import dev.prefork.os.Endpoint;

/**
 * A listening socket that a parent, such as systemd, handed to this process.
 *
 * @param fd where it is now: not where it was announced, but moved up
 * @param name from LISTEN_FDNAMES, or {@code unknown}
 */
public record InheritedSocket(int fd, String name, Endpoint endpoint) {
    /** The name of a socket that came without one; see sd_listen_fds_with_names(3). */
    public static final String UNNAMED = "unknown";

    @Override
    public String toString() {
        return name + "=" + endpoint;
    }
}
