package dev.prefork.app;

import dev.prefork.bootcache.BootCache;
import dev.prefork.master.Launcher;
import dev.prefork.os.WaitStatus;
import java.util.List;
import java.util.Optional;

/** Starts workers and tells the boot cache which process is which; what makes an archive is a child too, but not a worker. */
record BootCacheLauncher(Launcher launcher, BootCache cache) implements Launcher {
    @Override
    public int launch(int slot, int version) throws Exception {
        cache.expect(version);
        return cached(launcher.launch(slot, version));
    }

    @Override
    public int launchStandby(int slot, int version) throws Exception {
        cache.expect(version);
        return cached(launcher.launchStandby(slot, version));
    }

    private int cached(int pid) {
        cache.started(pid);
        return pid;
    }

    @Override
    public void takeOver(int pid) {
        launcher.takeOver(pid);
    }

    @Override
    public boolean hasRoom(List<Integer> workers) {
        return launcher.hasRoom(workers);
    }

    @Override
    public void forget(int pid) {
        launcher.forget(pid);
    }

    @Override
    public Optional<String> lastError(int worker) {
        return launcher.lastError(worker);
    }

    @Override
    public boolean owns(int pid) {
        return cache.owns(pid) || launcher.owns(pid);
    }

    @Override
    public boolean isToBlame(int worker, WaitStatus status) {
        return cache.isToBlame(worker, status);
    }

    @Override
    public void ended(int pid, WaitStatus status) {
        if (cache.owns(pid)) {
            cache.ended(status);
        } else {
            launcher.ended(pid, status);
        }
    }
}
