package dev.prefork.handoff;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A standby's end of the line over which its master tells it to serve: one byte on a descriptor of its own, which
 * PREFORK_TAKEOVER names. End-of-file without a byte means that it will not be needed, for its master gives it up or is gone; what
 * follows then is a SIGTERM, or the {@link ParentWatch}.
 *
 * <p>Threading: one thread waits, once; any may close.
 */
public final class Takeover implements AutoCloseable {
    private static final int CLOSED = 0;

    private final Posix posix;
    private final int descriptor;
    private final int[] wake;
    private boolean closed;

    private Takeover(Posix posix, int descriptor) {
        this.posix = posix;
        this.descriptor = descriptor;
        this.wake = posix.pipe();
    }

    /**
     * Empty in a process that is to serve as soon as it can.
     *
     * @throws AdoptionException if a standby could not be told to serve: it must not do so without being told
     */
    public static Optional<Takeover> of(Posix posix, Map<String, String> environment) {
        OptionalInt descriptor = check(posix, environment);
        if (descriptor.isEmpty()) {
            return Optional.empty();
        }
        Takeover takeover = new Takeover(posix, descriptor.getAsInt());
        takeover.walkTheWay();
        return Optional.of(takeover);
    }

    /**
     * The descriptor of a standby, which is open; empty in a process that is none. What is refused here need not boot first.
     *
     * @throws AdoptionException if a standby could not be told to serve
     */
    public static OptionalInt check(Posix posix, Map<String, String> environment) {
        String value = environment.get(Variables.TAKEOVER);
        if (value == null) {
            return OptionalInt.empty();
        }
        int descriptor =
                Variables.number(environment, Variables.TAKEOVER).orElseThrow(() -> refused(value, "not a number"));
        try {
            // It came through exec without the flag; the worker's own children have no use for it.
            posix.setCloseOnExec(descriptor, true);
        } catch (ErrnoException e) {
            throw refused(value, e.reason());
        }
        return OptionalInt.of(descriptor);
    }

    private static AdoptionException refused(String value, String reason) {
        return new AdoptionException(
                Variables.TAKEOVER + "=" + value + " cannot be read (" + reason
                        + "), so this standby could not be told to serve; the master must pass an open descriptor, or unset it");
    }

    /**
     * Waits until the master says that this process is to serve. False if that will not come: it was closed meanwhile, or the
     * line has ended. The descriptor is closed before this returns.
     */
    public boolean await() {
        try {
            return isTold(descriptor);
        } catch (ErrnoException e) {
            // The other end is gone in some other way, such as ECONNRESET.
            return false;
        } finally {
            posix.close(wake[0]);
            posix.close(descriptor);
        }
    }

    private boolean isTold(int line) {
        return posix.awaitReadable(wake[0], line) != CLOSED && posix.read(line, new byte[1]) == 1;
    }

    /** Once over a line that has ended, so that the JVM has loaded and linked all of it when clients wait for the answer. */
    private void walkTheWay() {
        int[] ended = posix.pipe();
        posix.close(ended[1]);
        try {
            isTold(ended[0]);
        } finally {
            posix.close(ended[0]);
        }
    }

    /** Ends the wait: this process stops. HotSpot's exit waits for threads in poll(2), see {@link ParentWatch#close}. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            posix.close(wake[1]);
        }
    }
}
