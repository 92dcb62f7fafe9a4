package dev.prefork.master;

import dev.prefork.notify.NotifySocket;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.util.Optional;

/**
 * Reads the notification socket and puts what comes into the inbox.
 *
 * <p>A thread of its own, since the read blocks; {@link #close} wakes and ends it.
 */
final class NotificationReader implements AutoCloseable {
    private final Posix posix;
    private final NotifySocket socket;
    private final Inbox inbox;
    private final Thread thread;

    NotificationReader(Posix posix, NotifySocket socket, Inbox inbox) {
        this.posix = posix;
        this.socket = socket;
        this.inbox = inbox;
        thread = new Thread(this::read, "prefork-notify");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        Optional<NotifySocket.Received> received = socket.receive();
        while (received.isPresent() && inbox.putWhenThereIsRoom(message(received.get()))) {
            received = socket.receive();
        }
    }

    private Message.Notified message(NotifySocket.Received received) {
        return new Message.Notified(received, groupOf(received.pid()));
    }

    /**
     * Asked here, before the next message is read, and not when the loop gets to it: a sender such as systemd-notify(1)
     * lives only until all it sent has been read; see sd_notify_barrier(3). 0, which is not a group, if it is gone, or if it
     * never had a pid in our namespace; see SCM_CREDENTIALS in unix(7) and pid_namespaces(7).
     */
    private int groupOf(int pid) {
        if (pid < 1) {
            return 0;
        }
        try {
            return posix.groupOf(pid);
        } catch (ErrnoException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        socket.close();
        // It may wait for room in an inbox that is no longer emptied.
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
