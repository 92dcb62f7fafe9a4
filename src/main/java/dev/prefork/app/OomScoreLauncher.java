package dev.prefork.app;

import dev.prefork.container.OomScore;
import dev.prefork.master.Launcher;
import dev.prefork.os.WaitStatus;
import java.util.Optional;

/** Starts workers and makes the OOM killer prefer them to the master. Where it cannot, that is said once. */
final class OomScoreLauncher implements Launcher {
    private final Launcher launcher;
    private final OomScore score;
    private boolean said;

    OomScoreLauncher(Launcher launcher, OomScore score) {
        this.launcher = launcher;
        this.score = score;
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
            Console.warn("cannot make the OOM killer prefer workers to the master: " + obstacle.get());
        }
        return pid;
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
