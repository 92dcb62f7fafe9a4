package dev.prefork.supervise;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** The last few unplanned ends, the newest first, for the pod's termination message. */
final class History {
    private static final int LENGTH = 5;

    private final ArrayDeque<Snapshot.UnplannedExit> endings = new ArrayDeque<>();

    void add(String text, Optional<Exit.Cause> cause, long at) {
        endings.addFirst(new Snapshot.UnplannedExit(text, cause, at));
        if (endings.size() > LENGTH) {
            endings.removeLast();
        }
    }

    List<Snapshot.UnplannedExit> list() {
        return List.copyOf(endings);
    }
}
