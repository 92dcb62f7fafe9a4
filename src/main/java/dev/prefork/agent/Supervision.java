package dev.prefork.agent;

import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerKind;
import dev.prefork.container.WorkerShare;
import dev.prefork.listen.Handoff;
import dev.prefork.listen.Listeners;
import dev.prefork.master.Entrance;
import dev.prefork.master.Master;
import dev.prefork.master.Program;
import dev.prefork.master.SignalUnavailableException;
import dev.prefork.master.Standing;
import dev.prefork.master.Surroundings;
import dev.prefork.master.WorkerProcess;
import dev.prefork.metrics.SupervisorMetrics;
import dev.prefork.notify.NotifySocket;
import dev.prefork.os.Posix;
import dev.prefork.os.ShippedLibraries;
import dev.prefork.supervise.ExitCode;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Policy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** One master with its listeners bound: puts the parts together, runs them, and says how it ended. */
final class Supervision {
    private static final int PID_1 = 1;

    private final Posix posix;
    private final Settings settings;
    private final Sizing sizing;
    private final Readings readings;
    private final Listeners listeners;

    Supervision(Posix posix, Settings settings, Sizing sizing, Readings readings, Listeners listeners) {
        this.posix = posix;
        this.settings = settings;
        this.sizing = sizing;
        this.readings = readings;
        this.listeners = listeners;
    }

    int run(Map<String, String> environment, String... arguments) {
        if (posix.getpid() != PID_1) {
            // PID 1 is given every orphan anyhow; anybody else has to ask, or a worker's children would escape.
            posix.becomeSubreaper();
        }
        Handoff handoff = new Handoff(listeners.all(), settings.dialects());
        try (NotifySocket notifySocket = NotifySocket.open(posix);
                WorkerProcess process = new WorkerProcess(
                        posix,
                        program(environment),
                        handoff,
                        workers(environment),
                        notifySocket,
                        settings.watchdog())) {
            if (!process.tellsListenPid()) {
                Console.warn("there is no /bin/sh, so workers are not told LISTEN_PID; those that insist on it will not"
                        + " find their sockets");
            }
            return supervise(process, notifySocket, arguments);
        }
    }

    private int supervise(WorkerProcess process, NotifySocket notifySocket, String... arguments) {
        CompletableFuture<Master> itself = new CompletableFuture<>();
        Supplier<dev.prefork.supervise.Snapshot> snapshot = () -> itself.join().snapshot();
        SupervisorMetrics metrics =
                new SupervisorMetrics(snapshot, () -> itself.join().strangersReaped());
        Banner banner = new Banner(posix.getpid(), sizing, listeners.all(), settings);
        Master master = new Master(
                posix, policy(), process, notifySocket, surroundings(), Console::log, List.of(metrics, banner));
        itself.complete(master);
        RunningMaster running = RunningMaster.publish(master, metrics, settings.minReady());
        banner.show();
        CompletableFuture<Outcome> outcome = runBeside(master);
        Optional<ExitCode> management = Management.serveUntil(outcome, master, arguments);
        ExitCode code = management.orElseGet(() -> exitCode(outcome, master));
        RunningMaster.retire(running);
        return code.code();
    }

    /** The loop has a thread of its own: Quarkus takes the main one. */
    private static CompletableFuture<Outcome> runBeside(Master master) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread loop = new Thread(
                () -> {
                    try {
                        outcome.complete(master.run());
                    } catch (Throwable e) {
                        // Whoever waits for the outcome reports it.
                        outcome.completeExceptionally(e);
                    }
                },
                "prefork-master");
        loop.start();
        return outcome;
    }

    private ExitCode exitCode(CompletableFuture<Outcome> outcome, Master master) {
        Outcome ended;
        try {
            ended = outcome.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SignalUnavailableException unavailable) {
                throw new RefusedException(ExitCode.USAGE, unavailable.getMessage());
            }
            throw e;
        }
        LastWords lastWords = LastWords.of(ended, master.snapshot(), settings, System.nanoTime());
        if (ended == Outcome.STOPPED) {
            lastWords.leave();
        } else {
            lastWords.say();
        }
        return ended.exitCode();
    }

    private Policy policy() {
        boolean fixed = settings.reusePort();
        return new Policy(
                sizing.workers(),
                // A socket of a worker that is gone for good would still be sent its part of the connections.
                fixed ? sizing.workers() : Math.min(settings.minReady(), sizing.workers()),
                fixed ? sizing.workers() : Math.max(Policy.MOST_WORKERS, sizing.workers()),
                new Policy.Recovery(
                        settings.recoverThreshold(),
                        settings.recoverWindow(),
                        settings.recoverInterval(),
                        settings.recoverIntervalMax()),
                new Policy.Starting(settings.startTimeout(), settings.ready().readiness(), startsAtOnce()),
                new Policy.Stopping(settings.drainDelay(), settings.shutdownGracePeriod()),
                settings.watchdog().map(limit -> new Policy.Watchdog(limit, dumps(), settings.watchdogQueue())));
    }

    /** One for each core, and two at least: one that hangs while it starts must not keep all others from it. */
    private int startsAtOnce() {
        return Math.max(2, WorkerShare.of(readings, 1, settings.workerKind()).cores());
    }

    private Surroundings surroundings() {
        return new Surroundings(Standing.ENTRYPOINT, Entrance.NONE, OptionalLong::empty);
    }

    /** Only a JVM, and a native executable of ours, take SIGQUIT for a question. */
    private boolean dumps() {
        return settings.workerKind() != WorkerKind.COMMAND;
    }

    /**
     * What workers inherit. A built-in one finishes its requests for as long as it is granted, and only the master knows
     * from all the places where that can be set what it is.
     */
    private Map<String, String> workers(Map<String, String> environment) {
        Map<String, String> inherited = new HashMap<>(environment);
        if (settings.command().isEmpty()) {
            inherited.put(Setting.SHUTDOWN_GRACE_PERIOD.variable(), settings.text(Setting.SHUTDOWN_GRACE_PERIOD));
        }
        return inherited;
    }

    private Program program(Map<String, String> environment) {
        List<String> command = settings.command();
        if (!command.isEmpty()) {
            Path file = CommandLookup.find(command.get(0), Optional.ofNullable(environment.get("PATH")), Path.of(""));
            return new Program(file.toString(), command);
        }
        Program self = Program.self();
        if (settings.workerKind() != WorkerKind.JVM_BUILT_IN) {
            return self;
        }
        WorkerShare share = WorkerShare.of(readings, sizing.workers(), WorkerKind.JVM_BUILT_IN);
        List<String> options = new ArrayList<>(share.jvmFlags(self.arguments()));
        ShippedLibraries.ofThisProcess().ifPresent(shipped -> options.addAll(shipped.jvmOptions()));
        return self.withOptions(options);
    }
}
