package dev.prefork.master;

import dev.prefork.notify.NotifySockets;
import dev.prefork.supervise.Event;

/** What others put into the master's inbox. */
sealed interface Message {

    /** SIGCHLD came: some child has ended, or several; signals do not count. */
    record ChildrenChanged() implements Message {}

    /** A datagram arrived on a notification socket. */
    record Notified(NotifySockets.Received received) implements Message {}

    /** Something for the supervisor that needs no system call first. */
    record Told(Event event) implements Message {}

    /** A worker is to write down what its threads are doing, if it is one by then. */
    record DumpAsked(int pid) implements Message {}

    /** Something that waits until all before it is done. */
    record Call(Runnable task) implements Message {}

    /** Nothing but a sign of life: taking it out proves that the loop turns. */
    record Ping() implements Message {}
}
