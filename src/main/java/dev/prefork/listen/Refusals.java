package dev.prefork.listen;

import dev.prefork.os.ErrnoException;
import java.nio.file.Path;

/** Turns what the kernel says about a listener into a sentence with a remedy. */
final class Refusals {
    private Refusals() {}

    static ListenException because(ListenSpec spec, ErrnoException e) {
        String remedy = spec.address() instanceof ListenAddress.Tcp tcp
                ? tcpRemedy(e)
                : unixRemedy((ListenAddress.Unix) spec.address(), e);
        return because(spec, e.reason(), remedy);
    }

    static ListenException because(ListenSpec spec, String reason, String remedy) {
        return new ListenException("cannot listen on " + spec + ": " + reason + "; " + remedy);
    }

    private static String tcpRemedy(ErrnoException e) {
        return switch (e.errno()) {
            case EADDRINUSE -> "stop the process that holds the port (ss -ltnp shows it) or choose another port";
            case EACCES, EPERM ->
                "ports below net.ipv4.ip_unprivileged_port_start need the capability NET_BIND_SERVICE,"
                        + " so choose a port of 1024 or above, such as 8080";
            case EADDRNOTAVAIL ->
                "no interface here has this address (ip addr shows them), so choose one of those,"
                        + " or 0.0.0.0 for all";
            case EAFNOSUPPORT -> "IPv6 is not available here, so use tcp4://";
            default -> common(e);
        };
    }

    private static String unixRemedy(ListenAddress.Unix address, ErrnoException e) {
        String directory = address.path().startsWith("@")
                ? "the abstract namespace"
                : String.valueOf(Path.of(address.path()).getParent());
        return switch (e.errno()) {
            case EADDRINUSE -> "another process listens there (ss -lxp shows it), so stop it or choose another path";
            case EACCES, EPERM ->
                "this user may not create files in " + directory
                        + ", so change its owner or mode, or choose another directory";
            case ENOENT, ENOTDIR -> "there is no directory " + directory + ", so create or mount it first";
            case EROFS -> directory + " is read-only, so mount a writable volume (an emptyDir) there";
            default -> common(e);
        };
    }

    private static String common(ErrnoException e) {
        return switch (e.errno()) {
            case EMFILE, ENFILE -> "raise the limit of open files (ulimit -n), or use fewer listeners or workers";
            default -> "the call was " + e.getMessage();
        };
    }
}
