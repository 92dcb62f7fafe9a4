package dev.prefork;

import dev.prefork.library.Failure;
import dev.prefork.library.Library;

/**
 * The leadership among the workers of one master: at most one process has it at any time, and it passes to another when that one
 * stops or dies. For work that a pod should do once, such as a clean-up every hour:
 *
 * <pre>{@code
 * if (Prefork.leader().tryLead()) {
 *     cleanUp();
 * }
 * }</pre>
 *
 * <p>No worker is appointed: one leads if it tries when no other does, and for as long as it runs and does not {@link #release}. From the
 * beginning of its stop on (a SIGTERM, a rollout) it does not lead, and cannot any more. What it is doing is not interrupted, so that long
 * work should ask {@link #isLeader} between its steps. A process without a master, as in development, leads as soon as it tries; a master never
 * does, and neither does a worker of a master too old to know this.
 *
 * <p>It is a convenience and no fence: it says nothing of other pods, and other containers of the pod could take the name.
 *
 * <p>Threading: any thread; no method blocks. The process leads, not the thread: two that try both succeed.
 */
public final class Leader {
    Leader() {}

    /**
     * Becomes the leader, unless another process is.
     *
     * @return whether this process leads now, also if it did before
     * @throws SystemCallException if the system refused what is needed, such as another descriptor
     * @throws UnsupportedPlatformException in a worker anywhere but on Linux
     */
    public boolean tryLead() {
        try {
            return Library.tryLead();
        } catch (Failure failure) {
            throw PreforkException.of(failure);
        }
    }

    /** Whether this process leads. Unlike {@link #tryLead}, it does not begin to. */
    public boolean isLeader() {
        return Library.leads();
    }

    /** Lets another process lead. This one may try again later. Does nothing if it does not lead. */
    public void release() {
        Library.releaseLeadership();
    }
}
