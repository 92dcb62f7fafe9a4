package dev.prefork.master;

import dev.prefork.notify.NotifySocket;
import java.util.Optional;

/**
 * Reads the notification socket and puts what comes into the inbox.
 *
 * <p>A thread of its own, since the read blocks; {@link #close} wakes and ends it.
 */
final class NotificationReader implements AutoCloseable {
    private final NotifySocket socket;
    private final Inbox inbox;
    private final Thread thread;

    NotificationReader(NotifySocket socket, Inbox inbox) {
        this.socket = socket;
        this.inbox = inbox;
        thread = new Thread(this::read, "prefork-notify");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        for (Optional<NotifySocket.Received> received = socket.receive();
                received.isPresent();
                received = socket.receive()) {
            inbox.put(new Message.Notified(received.get()));
        }
    }

    @Override
    public void close() {
        socket.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
