package dev.prefork.app;

import dev.prefork.bootcache.BootCache;
import dev.prefork.bootcache.Setup;
import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.config.UsageException;
import dev.prefork.config.Workload;
import dev.prefork.explain.Descriptors;
import dev.prefork.log.EventName;
import dev.prefork.master.Master;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.IntSupplier;

/**
 * Has all workers replaced by such that are started by other settings, and the rules followed that stand there.
 *
 * <p>Threading: any thread.
 *
 * @param first what was followed at the start
 */
record Replacing(Master master, Shares shares, BootCache cache, Rules first) implements Reload.Effect {
    private static final Path ROOT = Path.of("/");

    @Override
    public OptionalInt reload(Settings before, Settings anew, Runnable takeOver, String why) {
        if (master.snapshot().stopping()) {
            Console.warn(EventName.RELOAD_REFUSED, why + ": not reloading, a stop has begun");
            return OptionalInt.empty();
        }
        Rules rules = first.with(anew, shares.limits());
        rules.requireReachable();
        int most = rules.soon(master.snapshot().desired());
        Descriptors.missing(anew, most + anew.get(Options.STANDBY), ROOT).ifPresent(line -> {
            throw new UsageException(line);
        });
        Workload workload = rules.workload();
        Setup setup = cache.prepare(
                workload.bootCacheRequest(), workload.java(workload.share(rules.readings(), rules.workers())));
        return OptionalInt.of(next(
                () -> {
                    int version = shares.add(workload);
                    cache.use(version, setup);
                    // In one step with what follows: a change of the limits meanwhile would be followed by the settings
                    // before.
                    takeOver.run();
                    // Before what is to happen by them.
                    master.follow(first.with(anew, shares.limits()).policy(), why);
                    if (!anew.get(Options.WORKERS).equals(before.get(Options.WORKERS))) {
                        // Else there are to be as many as there are, however they came to be.
                        master.commands().scaleTo(rules.workers(), why);
                    }
                    return version;
                },
                why));
    }

    @Override
    public void refused(String why) {
        master.commands().reloadRefused(why);
    }

    /** By the same settings: what they come to has changed. */
    void again(String why) {
        next(
                () -> {
                    int version = shares.again();
                    cache.useAgain(version);
                    return version;
                },
                why);
    }

    /** Has what is in force looked at and followed in one step: no reload comes between. */
    void undisturbed(Runnable step) {
        synchronized (shares) {
            step.run();
        }
    }

    /** Of two versions at once the one that is made later is also asked for later. Returns its number. */
    private int next(IntSupplier version, String why) {
        synchronized (shares) {
            int number = version.getAsInt();
            master.reload(number, why);
            return number;
        }
    }
}
