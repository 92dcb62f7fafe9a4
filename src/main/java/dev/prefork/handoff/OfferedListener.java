package dev.prefork.handoff;

import dev.prefork.os.Endpoint;

/** What a master has to tell of a listener to hand it to workers, each of which finds an {@link InheritedListener}. */
public interface OfferedListener {

    /** As in LISTEN_FDNAMES, for instance {@code http}. */
    String name();

    /** What it is bound to: the port is never 0. */
    Endpoint endpoint();

    /** The descriptor, in the master, that a worker in {@code slot} gets. */
    int descriptorFor(int slot);
}
