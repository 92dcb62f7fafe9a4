package dev.prefork.master;

import dev.prefork.notify.NotifySocket;
import dev.prefork.supervise.Event;

/** What others put into the master's inbox. */
sealed interface Message {

    /** SIGCHLD came: some child has ended, or several; signals do not count. */
    record ChildrenChanged() implements Message {}

    /**
     * A datagram arrived on the notification socket.
     *
     * @param group the sender's process group at that moment; 0 if it was gone already
     */
    record Notified(NotifySocket.Received received, int group) implements Message {}

    /** Something for the supervisor that needs no system call first. */
    record Told(Event event) implements Message {}

    /** Nothing but a sign of life: taking it out proves that the loop turns. */
    record Ping() implements Message {}
}
