package dev.prefork.app;

import static dev.prefork.Waits.await;

import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import dev.prefork.config.UsageException;
import dev.prefork.config.Workload;
import dev.prefork.container.Readings;
import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import dev.prefork.log.RecentEntries;
import dev.prefork.master.AcceptQueues;
import dev.prefork.master.LaunchFailedException;
import dev.prefork.master.Launcher;
import dev.prefork.master.Master;
import dev.prefork.master.MasterContext;
import dev.prefork.master.MasterMode;
import dev.prefork.master.Program;
import dev.prefork.master.Programs;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Peer;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/** A real master in this process, whose workers sleep, and what answers requests to it. For one test. */
final class SteeredMaster implements Launcher, AutoCloseable {
    static final Peer ASKER = new Peer(4711, 1000, 1000);
    private static final Duration SOON = Duration.ofMillis(10);

    final Master master;
    final MasterActions requests;
    final RecentEntries recent = new RecentEntries();
    final List<String> log = java.util.Collections.synchronizedList(new ArrayList<>());
    private final Posix posix = Posix.system();
    private final NotifySockets notifySockets = NotifySockets.open(posix);
    private final LoopReplies replies = new LoopReplies();
    private final AtomicInteger versions = new AtomicInteger();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** From this version on no worker can be started. */
    volatile int broken = Integer.MAX_VALUE;

    /** What stands in the settings now is wrong. */
    volatile boolean wrong;

    /** @param command the settings', which are not what is started */
    SteeredMaster(Path directory, int workers, int most, String... command) throws IOException {
        Settings settings = new Places(directory).load(command);
        master = new Master(
                posix,
                new Policy(
                        new Policy.Workers(workers, 1, most),
                        new Policy.Recovery(
                                OptionalInt.of(99), Duration.ofHours(1), Duration.ZERO, Duration.ofSeconds(30)),
                        new Policy.Starting(Duration.ofHours(1), Readiness.after(SOON), 4),
                        new Policy.Stopping(Duration.ZERO, Duration.ofMinutes(1)),
                        java.util.Optional.empty()),
                this,
                notifySockets,
                new MasterContext(
                        MasterMode.LIBRARY,
                        AcceptQueues.NONE,
                        MasterContext.Postmortem.NONE,
                        entry -> log.add(entry.text()),
                        List.of(replies)));
        Reload reload = new Reload(new Configured(settings, () -> anew(settings)), new Reload.Effect() {
            @Override
            public OptionalInt reload(Settings before, Settings now, Runnable takeOver, String why) {
                int version = versions.incrementAndGet();
                takeOver.run();
                master.reload(version, why);
                return OptionalInt.of(version);
            }

            @Override
            public void refused(String why) {
                master.commands().reloadRefused(why);
            }
        });
        Shares shares = new Shares(
                new Workload(settings, System.getenv()), new Unused(), Readings.read(Path.of("/"), Map.of()), workers);
        requests = new MasterActions(
                master,
                new MasterActions.Looks(() -> "{\"schema\":1}".getBytes(StandardCharsets.UTF_8), recent),
                new MasterActions.Reloading(reload, reload),
                shares,
                replies);
        Thread loop = new Thread(this::run, "loop");
        loop.start();
    }

    private Settings anew(Settings settings) {
        if (wrong) {
            throw new UsageException("a wrong setting");
        }
        return settings;
    }

    private void run() {
        try {
            outcome.complete(master.run());
        } catch (Throwable e) {
            outcome.completeExceptionally(e);
        }
    }

    @Override
    public int launch(int slot, int version) throws LaunchFailedException {
        if (version >= broken) {
            throw new LaunchFailedException("no such table", null);
        }
        return posix.spawn(new SpawnRequest("/bin/sleep", List.of("sleep", "600"), List.of(), List.of()));
    }

    SteeredMaster awaitReady(int workers) {
        await().until(() -> master.snapshot().ready() == workers);
        return this;
    }

    /** Begins with a request. */
    Course begin(Request request) {
        return requests.begin(request, ASKER);
    }

    /** All answers to a request, the last one included. */
    List<Answer> ask(Request request) {
        return rest(begin(request));
    }

    static List<Answer> rest(Course course) {
        List<Answer> all = new ArrayList<>();
        await().until(() -> {
            all.addAll(course.look());
            return !all.isEmpty() && all.get(all.size() - 1).isLast();
        });
        return all;
    }

    static Answer last(List<Answer> answers) {
        return answers.get(answers.size() - 1);
    }

    /** Keeps the loop busy until this is closed. */
    void hold() {
        master.commands().afterwards(() -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void release() {
        held.countDown();
    }

    @Override
    public void close() throws Exception {
        release();
        master.stop("the test is over");
        outcome.get(60, TimeUnit.SECONDS);
        notifySockets.close();
    }

    /** What workers of a version are started by; these are started by {@link #launch}. */
    private static final class Unused implements Programs {
        @Override
        public void use(int version, Program program, Map<String, String> variables) {}

        @Override
        public void forget(IntPredicate versions) {}
    }
}
