package dev.prefork.master;

import dev.prefork.listen.Listeners;
import java.util.List;

/**
 * Where new connections come in, as far as a stop is concerned.
 *
 * <p>Threading: the master's thread only.
 */
public interface AcceptQueues {

    /** There is no listener, so no connection waits. */
    AcceptQueues NONE = new AcceptQueues() {
        @Override
        public List<String> stopAccepting() {
            return List.of();
        }

        @Override
        public int waiting() {
            return 0;
        }

        @Override
        public int queued() {
            return 0;
        }
    };

    /** Through listeners of ours, if there are any. */
    static AcceptQueues of(Listeners listeners) {
        if (listeners.all().isEmpty()) {
            return NONE;
        }
        return new AcceptQueues() {
            @Override
            public List<String> stopAccepting() {
                return listeners.stopAccepting();
            }

            @Override
            public int waiting() {
                return listeners.waiting();
            }

            @Override
            public int queued() {
                return listeners.queued();
            }
        };
    }

    /** Stops accepting new connections into the accept queues; those that are in stay. Returns what could not be done, a line each. */
    List<String> stopAccepting();

    /** How many connections that wait to be accepted, or are about to, would be lost if our listeners were closed. */
    int waiting();

    /** How many connections wait to be accepted on all listeners, a parent's too. */
    int queued();
}
