package dev.prefork.app;

import dev.prefork.container.OomScore;
import dev.prefork.log.EventName;
import dev.prefork.master.Launcher;
import dev.prefork.os.WaitStatus;
import java.util.List;
import java.util.Optional;

/**
 * Starts workers, knows whether the memory carries one more, and makes the OOM killer prefer them to the master. Where it cannot,
 * that is said once.
 */
final class MemoryLauncher implements Launcher {
    private final Launcher launcher;
    private final OomScore score;
    private final MemoryRoom room;
    private boolean said;

    MemoryLauncher(Launcher launcher, OomScore score, MemoryRoom room) {
        this.launcher = launcher;
        this.score = score;
        this.room = room;
    }

    @Override
    public int launch(int slot, int version) throws Exception {
        return preferred(launcher.launch(slot, version));
    }

    @Override
    public int launchStandby(int slot, int version) throws Exception {
        return preferred(launcher.launchStandby(slot, version));
    }

    @Override
    public boolean hasRoom(List<Integer> workers) {
        return room.isBeside(workers);
    }

    @Override
    public void takeOver(int pid) {
        launcher.takeOver(pid);
    }

    @Override
    public void forget(int pid) {
        launcher.forget(pid);
    }

    private int preferred(int pid) {
        Optional<String> obstacle = score.raise(pid);
        if (obstacle.isPresent() && !said) {
            said = true;
            Console.warn(
                    EventName.GUARD_WARNING,
                    "cannot make the OOM killer prefer workers to the master: " + obstacle.get());
        }
        return pid;
    }

    @Override
    public Optional<String> lastError(int worker) {
        return launcher.lastError(worker);
    }

    @Override
    public boolean owns(int pid) {
        return launcher.owns(pid);
    }

    @Override
    public void ended(int pid, WaitStatus status) {
        launcher.ended(pid, status);
    }
}
