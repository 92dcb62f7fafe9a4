package dev.prefork.master;

import dev.prefork.handoff.Handoff;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listeners;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** A real master in this JVM with real workers that are shell scripts. Its loop runs on a thread of its own. */
final class MasterBench implements AutoCloseable {
    final Posix posix;
    final List<String> log = new CopyOnWriteArrayList<>();
    final List<Report> reports = new CopyOnWriteArrayList<>();
    final Listeners listeners;
    final NotifySockets notifySockets;
    final WorkerProcess process;
    final Master master;
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final Thread loop;

    /** How to start one; every field has a default. */
    static final class Setup {
        Program program = script("exec sleep 60");
        int workers = 2;
        int threshold = 5;
        Duration grace = Duration.ofSeconds(10);
        Duration drainDelay = Duration.ZERO;
        Optional<Policy.Watchdog> watchdog = Optional.empty();
        AcceptQueues acceptQueues = AcceptQueues.NONE;
        Supplier<OptionalLong> oomKills = OptionalLong::empty;
        IntConsumer lastLook = pid -> {};
        Optional<InheritedDescriptor> inheritedDescriptor = Optional.empty();
        Duration startTimeout = Duration.ofSeconds(30);
        Readiness readiness = Readiness.after(Duration.ZERO);
        Map<String, String> environment = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
        List<ReportListener> listeners = new ArrayList<>();
        Launcher launcher;
        Posix posix = Posix.system();
        MasterMode mode = MasterMode.LIBRARY;

        MasterBench start() {
            return new MasterBench(this);
        }
    }

    static Program script(String script) {
        return new Program("/bin/sh", List.of("sh", "-c", script));
    }

    private MasterBench(Setup setup) {
        posix = setup.posix;
        listeners = Listeners.open(
                posix,
                ListenSpec.parseList(List.of("http=tcp4://127.0.0.1:0")),
                new ListenOptions(64, false, setup.workers),
                List.of());
        notifySockets = NotifySockets.open(posix);
        process = new WorkerProcess(
                posix,
                setup.program,
                new WorkerInheritance(
                        new Handoff(listeners.all(), Set.of()),
                        setup.environment,
                        notifySockets,
                        setup.watchdog.map(Policy.Watchdog::limit),
                        setup.inheritedDescriptor),
                ListenPid.byShell(Path.of("/")),
                Guard.lifelineAlone(posix));
        Policy policy = new Policy(
                Policy.Workers.of(setup.workers),
                new Policy.Recovery(
                        OptionalInt.of(setup.threshold), Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(30)),
                new Policy.Starting(setup.startTimeout, setup.readiness, setup.workers),
                new Policy.Stopping(setup.drainDelay, setup.grace),
                setup.watchdog);
        List<ReportListener> all = new ArrayList<>(List.of(reports::add));
        all.addAll(setup.listeners);
        Launcher launcher = setup.launcher == null ? process : setup.launcher;
        master = new Master(
                posix,
                policy,
                launcher,
                notifySockets,
                new MasterContext(
                        setup.mode,
                        setup.acceptQueues,
                        new MasterContext.Postmortem(setup.oomKills, setup.lastLook),
                        entry -> log.add(entry.level() + " " + entry),
                        all));
        loop = new Thread(this::run, "loop");
        loop.start();
    }

    private void run() {
        try {
            outcome.complete(master.run());
        } catch (Throwable e) {
            outcome.completeExceptionally(e);
        }
    }

    Thread loop() {
        return loop;
    }

    int pid(int slot) {
        return master.snapshot().workers().get(slot).pid().orElse(0);
    }

    <T extends Report> List<T> reports(Class<T> type) {
        return reports.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void close() throws InterruptedException {
        // Again and again: a second asking kills, unless it comes at once.
        do {
            master.stop("the test is over");
            loop.join(300);
        } while (loop.isAlive());
        process.close();
        listeners.close();
    }
}
