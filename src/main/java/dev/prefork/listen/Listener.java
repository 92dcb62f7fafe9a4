package dev.prefork.listen;

import dev.prefork.handoff.OfferedListener;
import dev.prefork.os.Endpoint;
import java.util.List;

/**
 * One named listening socket, or with reuse-port one socket per worker slot on the same address.
 *
 * @param name as in LISTEN_FDNAMES, for instance {@code http}
 * @param endpoint what is really bound: the port is never 0
 * @param descriptors one shared descriptor, or one per slot
 * @param adopted whether a parent handed it in instead of our binding it
 */
public record Listener(String name, Endpoint endpoint, List<Integer> descriptors, boolean adopted)
        implements OfferedListener {

    public Listener {
        descriptors = List.copyOf(descriptors);
    }

    @Override
    public int descriptorFor(int slot) {
        return descriptors.size() == 1 ? descriptors.get(0) : descriptors.get(slot);
    }

    @Override
    public String toString() {
        return name + "=" + endpoint;
    }
}
