package dev.prefork.os;

/**
 * Binds a socket to a file with given permissions. The umask stays as it is: it belongs to all threads, and files that another
 * one makes meanwhile would get it too. Nor is the file renamed into place: getsockname(2) would tell workers the old name.
 *
 * <p>Stateless; any thread.
 */
record FileBinding(Libc libc, ErrnoGuard guard) {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;

    void bind(int fd, Endpoint.Unix endpoint, int mode) {
        byte[] address = SockAddrs.encode("bind", endpoint);
        byte[] path = NativeText.terminated(endpoint.path());
        // unix_bind() gives the file the mode of the socket's own inode, less the umask: it is never too open.
        guard.call("fchmod", () -> libc.fchmod(fd, mode), fd, octal(mode));
        guard.call("bind", () -> libc.bind(fd, address, address.length), fd, endpoint);
        // What the umask has taken away; see AT_SYMLINK_NOFOLLOW in fchmodat(2), in case the file was exchanged.
        guard.call(
                "fchmodat",
                () -> libc.fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW),
                endpoint.path(),
                octal(mode));
    }

    private static String octal(int mode) {
        return "0" + Integer.toOctalString(mode);
    }
}
