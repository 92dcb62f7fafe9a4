package dev.prefork.master;

import dev.prefork.handoff.Handoff;
import dev.prefork.handoff.HighDescriptors;
import dev.prefork.handoff.Variables;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The line over which one standby is told to serve; the standby's end is a {@link dev.prefork.handoff.Takeover}. One byte says it,
 * once; closed without it, the standby goes on waiting, for its SIGTERM.
 *
 * <p>A connected pair of sockets, and not a pipe: to a standby that has just died, send(2) says EPIPE and raises no SIGPIPE.
 *
 * <p>Threading: the master's thread.
 */
final class StandbyLine implements AutoCloseable {
    private static final int CLOSED = -1;

    private final Posix posix;
    private int near;
    private int far;

    private StandbyLine(Posix posix, int near, int far) {
        this.posix = posix;
        this.near = near;
        this.far = far;
    }

    /** For a standby that is about to be started. */
    static StandbyLine open(Posix posix) {
        int[] ends = posix.socketPair();
        try {
            return new StandbyLine(posix, ends[0], HighDescriptors.lift(posix, ends[1]));
        } catch (ErrnoException e) {
            posix.close(ends[0]);
            throw e;
        }
    }

    /** What a worker is started with, and the standby's end besides, under the next number. */
    SpawnRequest passedTo(SpawnRequest worker) {
        int target = Math.max(worker.closedFrom(), Handoff.FIRST);
        List<String> environment = new ArrayList<>(worker.environment());
        environment.add(Variables.TAKEOVER + "=" + target);
        List<SpawnRequest.Descriptor> descriptors = new ArrayList<>(worker.descriptors());
        descriptors.add(new SpawnRequest.Descriptor(far, target));
        return new SpawnRequest(worker.executable(), worker.arguments(), environment, descriptors);
    }

    /** The standby has been started, or will not be: its end is its own. Only then its death is seen here. */
    void passed() {
        if (far != CLOSED) {
            posix.close(far);
            far = CLOSED;
        }
    }

    /** Tells the standby to serve. False when it cannot be told, most likely because it is gone, or was told before. Does not wait. */
    boolean takeOver() {
        if (near == CLOSED) {
            return false;
        }
        try {
            posix.send(near, new byte[1]);
            return true;
        } catch (ErrnoException e) {
            // EPIPE and ECONNRESET say that it is gone; for any other reason, one standby must not end the master.
            return false;
        } finally {
            close();
        }
    }

    /** May be called twice. */
    @Override
    public void close() {
        passed();
        if (near != CLOSED) {
            posix.close(near);
            near = CLOSED;
        }
    }
}
