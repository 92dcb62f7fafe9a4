package dev.prefork.handoff;

import dev.prefork.os.Endpoint;

/**
 * One listening socket that this process was started with. Immutable.
 *
 * @param name as in LISTEN_FDNAMES; {@code unknown} when the parent named none
 * @param descriptor its number in this process
 * @param endpoint what it is bound to
 */
public record InheritedListener(String name, int descriptor, Endpoint endpoint) {

    @Override
    public String toString() {
        return name + "=" + endpoint;
    }
}
