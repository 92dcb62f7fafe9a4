package dev.prefork.bootcache;

import dev.prefork.container.FreeMemory;
import dev.prefork.master.FatalError;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.PrivateDirectory;
import dev.prefork.os.WaitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Waits until a worker that serves has loaded what it needs, and then has an archive made of it.
 *
 * <p>Threading: a daemon thread of its own, {@code prefork-boot-cache}, that ends when there is nothing to do.
 */
final class Training implements AutoCloseable {
    /** What the process that makes an archive was seen to use at most, 240 MB, and some more for larger applications. */
    static final long MEMORY = 320L << 20;

    /** The files of a cache, and some more for larger applications. */
    private static final long DISK = 128L << 20;

    private static final Duration REMOVAL = Duration.ofSeconds(1);

    private final Patience patience;
    private final ArchiveMaker maker;
    private final ScheduledThreadPoolExecutor thread;
    private volatile boolean closed;

    /**
     * When a record counts as complete.
     *
     * @param least after READY
     * @param quiet no class was loaded for so long
     * @param most after READY, regardless of what is loaded
     */
    record Patience(Duration least, Duration quiet, Duration most) {
        static final Patience DEFAULT =
                new Patience(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(60));

        /** Whether it is complete, so long after READY, and so long after it was last seen to grow. */
        boolean isComplete(Duration sinceReady, Duration sinceGrowth) {
            return sinceReady.compareTo(least) >= 0
                    && (sinceGrowth.compareTo(quiet) >= 0 || sinceReady.compareTo(most) >= 0);
        }
    }

    /**
     * What became of it.
     *
     * @param obstacle why there is no archive
     */
    record Result(Optional<Archive> archive, String obstacle) {}

    Training(Posix posix, Patience patience) {
        this.patience = patience;
        this.maker = new ArchiveMaker(posix);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "prefork-boot-cache");
            made.setDaemon(true);
            return made;
        });
        thread.setKeepAliveTime(1, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Looks at the record again and again while {@code lives}, and tells the result unless it was closed before. */
    void begin(Setup setup, Path record, BooleanSupplier lives, Consumer<Result> result) {
        long ready = System.nanoTime();
        look(new Look(setup, record, lives, result, ready), 0, ready);
    }

    private record Look(Setup setup, Path record, BooleanSupplier lives, Consumer<Result> result, long ready) {}

    private void look(Look look, long sizeBefore, long grownAt) {
        after(Duration.ofMillis(Math.max(1, patience.quiet().toMillis() / 5)), () -> {
            if (!look.lives().getAsBoolean()) {
                return;
            }
            long now = System.nanoTime();
            long size = size(look.record());
            long growth = size == sizeBefore ? grownAt : now;
            if (patience.isComplete(Duration.ofNanos(now - look.ready()), Duration.ofNanos(now - growth))) {
                make(look);
            } else {
                look(look, size, growth);
            }
        });
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private void make(Look look) {
        Setup setup = look.setup();
        Path names = setup.unfinished("names");
        Path archive = setup.unfinished("tmp");
        try {
            long free = FreeMemory.read(Path.of("/")).orElse(Long.MAX_VALUE);
            if (free < MEMORY) {
                throw new UnusableException(
                        "to make it takes " + (MEMORY >> 20) + " MiB for some seconds, and the memory"
                                + " limit leaves " + (free >> 20) + " MiB; raise the limit, or set --boot-cache off");
            }
            ClassNames.copy(look.record(), names);
            Attempt attempt = setup.attempt();
            try {
                maker.run(
                        setup.java().executable(),
                        setup.java().dumpCommand(names, archive),
                        setup.java().dumpEnvironment());
            } catch (UnusableException e) {
                throw new UnusableException(e.getMessage() + shortage(archive.getParent()));
            } finally {
                attempt.close();
            }
            Archive made = setup.publish(archive);
            tell(look, new Result(Optional.of(made), ""));
        } catch (UnusableException e) {
            tell(look, new Result(Optional.empty(), e.getMessage()));
        } catch (IOException e) {
            tell(look, new Result(Optional.empty(), "a file of it cannot be written: " + PrivateDirectory.reason(e)));
        } catch (UncheckedIOException e) {
            // A stream of lines or names throws it. Left alone it would end the master, as all that ends one of its
            // threads.
            String reason = PrivateDirectory.reason(e.getCause());
            tell(look, new Result(Optional.empty(), "a file of it cannot be read: " + reason));
        } catch (ErrnoException e) {
            tell(look, new Result(Optional.empty(), e.reason()));
        } catch (InterruptedException e) {
            // The master stops.
            Thread.currentThread().interrupt();
        } finally {
            CacheDirectory.remove(names);
            CacheDirectory.remove(archive);
            // The worker goes on writing into a file without a name.
            CacheDirectory.remove(look.record());
        }
    }

    /** A JDK that cannot write does not say why; what it wrote is removed by now. */
    private static String shortage(Path directory) {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            return free < DISK ? "; only " + (free >> 20) + " MiB are free in " + directory : "";
        } catch (IOException e) {
            return "";
        }
    }

    private void tell(Look look, Result result) {
        if (!closed) {
            look.result().accept(result);
        }
    }

    /** Does something beside the master's thread. */
    void later(Runnable task) {
        after(Duration.ZERO, task);
    }

    private void after(Duration delay, Runnable task) {
        if (closed) {
            return;
        }
        try {
            thread.schedule(() -> reporting(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            // It was closed meanwhile.
            return;
        } catch (OutOfMemoryError e) {
            if (!FatalError.isWantOfThreads(e)) {
                throw e;
            }
            // No more threads are allowed: then there is no cache.
        }
    }

    /** An executor would keep an error for itself. */
    private static void reporting(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, e);
        }
    }

    boolean owns(int pid) {
        return maker.owns(pid);
    }

    void ended(WaitStatus status) {
        maker.ended(status);
    }

    /** Does nothing any more; waits for nothing. */
    void stop() {
        closed = true;
        maker.stop();
        thread.shutdownNow();
    }

    /** The same, and waits for a moment until the files of an attempt are removed: what is left tells of a master that was killed. */
    @Override
    public void close() {
        stop();
        try {
            thread.awaitTermination(REMOVAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
