package dev.prefork.master;

import dev.prefork.notify.NotifySockets;
import java.util.List;
import java.util.Optional;

/**
 * Reads the notification sockets and puts what comes into the inbox.
 *
 * <p>A thread of its own, since the read blocks; {@link #close} wakes and ends it.
 */
final class NotificationReader implements AutoCloseable {
    private final NotifySockets sockets;
    private final Inbox inbox;
    private final Thread thread;

    NotificationReader(NotifySockets sockets, Inbox inbox) {
        this.sockets = sockets;
        this.inbox = inbox;
        thread = new Thread(this::read, "prefork-notify");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        Optional<List<NotifySockets.Received>> received = sockets.receive();
        while (received.isPresent() && put(received.get())) {
            received = sockets.receive();
        }
    }

    private boolean put(List<NotifySockets.Received> received) {
        return received.stream().allMatch(each -> inbox.putWhenThereIsRoom(new Message.Notified(each)));
    }

    @Override
    public void close() {
        sockets.close();
        // It may wait for room in an inbox that is no longer emptied.
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
