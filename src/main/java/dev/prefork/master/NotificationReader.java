package dev.prefork.master;

import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import dev.prefork.notify.NotifySockets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the notification sockets and puts what comes into the inbox.
 *
 * <p>A thread of its own, since the read blocks; {@link #close} wakes and ends it.
 */
final class NotificationReader implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final NotifySockets sockets;
    private final Inbox inbox;
    private final Log log;
    private final Thread thread;
    private boolean said;

    /** @param failed is told of an error that ends the thread, on the thread */
    NotificationReader(NotifySockets sockets, Inbox inbox, Log log, Thread.UncaughtExceptionHandler failed) {
        this.sockets = sockets;
        this.inbox = inbox;
        this.log = log;
        thread = new Thread(this::read, "prefork-notify");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(failed);
        thread.start();
    }

    private void read() {
        Optional<List<NotifySockets.Received>> received = receive();
        while (received.isPresent() && put(received.get())) {
            received = receive();
        }
    }

    /** Without this thread no READY and no heartbeat would be heard; poll(2) and recvmsg(2) may lack memory for a moment. */
    private Optional<List<NotifySockets.Received>> receive() {
        try {
            return sockets.receive();
        } catch (RuntimeException e) {
            if (!said) {
                said = true;
                log.error(
                        EventName.NOTIFICATIONS_UNREADABLE,
                        "notifications of workers cannot be read, trying again: " + e.getMessage());
            }
            LockSupport.parkNanos(this, PAUSE.toNanos());
            return Optional.of(List.of());
        }
    }

    private boolean put(List<NotifySockets.Received> received) {
        return received.stream().allMatch(each -> inbox.putWhenThereIsRoom(new Message.Notified(each)));
    }

    @Override
    public void close() {
        sockets.close();
        // It may pause, or wait for room in an inbox that is no longer emptied.
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
