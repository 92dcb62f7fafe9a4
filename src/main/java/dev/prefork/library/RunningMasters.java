package dev.prefork.library;

import dev.prefork.library.Failure.Kind;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The masters that run in this process. Their children run the same program, and so meet the call of each: only by its
 * name a child finds the one that it was started for.
 *
 * <p>Threading: any.
 */
final class RunningMasters {
    private static final RunningMasters OF_THIS_PROCESS = new RunningMasters();

    private final Set<Optional<String>> names = new HashSet<>();

    RunningMasters() {}

    static RunningMasters ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    /** Held by a master while it runs. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws Failure if children could not tell this master from one that runs */
    synchronized Place enter(Optional<String> name) {
        boolean unclear =
                name.isEmpty() ? !names.isEmpty() : names.contains(name) || names.contains(Optional.<String>empty());
        if (unclear) {
            throw new Failure(
                    Kind.ANOTHER_MASTER,
                    "another master runs in this process, and children could not tell which of the two is theirs; give"
                            + " each a name of its own with name(…)");
        }
        names.add(name);
        return () -> leave(name);
    }

    private synchronized void leave(Optional<String> name) {
        names.remove(name);
    }
}
