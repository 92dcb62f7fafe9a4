package dev.prefork.handoff;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Notices that the master is gone, so that no worker serves without supervision.
 *
 * <p>The master alone holds the other end of a descriptor: when it dies, however it dies, the kernel closes that end and
 * reading gives end-of-file at once. PR_SET_PDEATHSIG cannot serve here, for it fires when the spawning <em>thread</em> ends;
 * see prctl(2). Without such a descriptor the parent's pid is looked at twice a second.
 *
 * <p>Threading: one daemon thread, on which the callback runs, at most once; any thread may close.
 */
public final class ParentWatch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Posix posix;
    private final int descriptor;
    private final int parent;
    private final Runnable whenMasterIsGone;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final int[] wake;

    private ParentWatch(Posix posix, int descriptor, int parent, Runnable whenMasterIsGone) {
        this.posix = posix;
        this.descriptor = descriptor;
        this.parent = parent;
        this.whenMasterIsGone = whenMasterIsGone;
        wake = posix.pipe();
    }

    /**
     * Begins to watch. Reads PREFORK_LIFELINE, a descriptor's number, and PREFORK_MASTER_PID, the original parent's pid: it
     * shows even a death that came before this call.
     */
    public static ParentWatch watch(Posix posix, Map<String, String> environment, Runnable whenMasterIsGone) {
        int descriptor = Variables.number(environment, Variables.LIFELINE).orElse(-1);
        // A parent with pid 1 does not mean an orphan: in a container it is the master. So only a change counts.
        int parent = Variables.number(environment, Variables.MASTER_PID).orElseGet(posix::getppid);
        ParentWatch watch = new ParentWatch(posix, descriptor, parent, whenMasterIsGone);
        Thread thread = new Thread(watch::run, "prefork-lifeline");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    /**
     * Ends the watch without a word to the callback; the last thing on the way out. HotSpot's exit waits for threads that are
     * in native code, as one blocked in poll(2) is, for up to 300 ms (30 looks, 10 ms apart), daemon or not.
     */
    @Override
    public void close() {
        synchronized (closed) {
            if (closed.getCount() > 0) {
                closed.countDown();
                posix.close(wake[1]);
            }
        }
    }

    private void run() {
        boolean gone;
        try {
            gone = descriptor >= 0 && readToTheEnd() || otherParentCame();
        } catch (InterruptedException e) {
            // Only a JVM on its way out interrupts this thread.
            Thread.currentThread().interrupt();
            return;
        } finally {
            posix.close(wake[0]);
        }
        if (gone) {
            whenMasterIsGone.run();
        }
    }

    /** False when it was closed before, and when the descriptor is of no use. */
    private boolean readToTheEnd() {
        try {
            posix.setCloseOnExec(descriptor, true);
            byte[] ignored = new byte[16];
            while (posix.awaitReadable(wake[0], descriptor) != 0) {
                // The master says nothing on it yet; what a later one may say must not end this process.
                if (posix.read(descriptor, ignored) == 0) {
                    return true;
                }
            }
        } catch (ErrnoException e) {
            System.getLogger("dev.prefork.worker")
                    .log(
                            System.Logger.Level.WARNING,
                            String.format(
                                    "PREFORK_LIFELINE=%d cannot be read (%s), so the master's exit is noticed up to %d ms late",
                                    descriptor, e.reason(), LOOK.toMillis()));
        }
        return false;
    }

    /** False when it was closed before. */
    private boolean otherParentCame() throws InterruptedException {
        while (closed.getCount() > 0 && posix.getppid() == parent) {
            closed.await(LOOK.toNanos(), TimeUnit.NANOSECONDS);
        }
        return closed.getCount() > 0;
    }
}
