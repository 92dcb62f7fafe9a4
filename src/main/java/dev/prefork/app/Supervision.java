package dev.prefork.app;

import dev.prefork.bootcache.BootCache;
import dev.prefork.bootcache.Setup;
import dev.prefork.config.Options;
import dev.prefork.config.OwnApplication;
import dev.prefork.config.RecyclingSettings;
import dev.prefork.config.Settings;
import dev.prefork.config.Workload;
import dev.prefork.container.OomKills;
import dev.prefork.container.OomScore;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerShare;
import dev.prefork.exposition.ExpositionWriter;
import dev.prefork.exposition.Format;
import dev.prefork.handoff.Handoff;
import dev.prefork.listen.Listeners;
import dev.prefork.listen.QueueFigures;
import dev.prefork.listen.StallMeter;
import dev.prefork.log.EventName;
import dev.prefork.master.AcceptQueues;
import dev.prefork.master.FatalError;
import dev.prefork.master.Guard;
import dev.prefork.master.ListenPid;
import dev.prefork.master.Master;
import dev.prefork.master.MasterContext;
import dev.prefork.master.MasterMode;
import dev.prefork.master.StopWarmup;
import dev.prefork.master.WorkerInheritance;
import dev.prefork.master.WorkerProcess;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Built;
import dev.prefork.os.Posix;
import dev.prefork.supervise.ExitCode;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.ReportListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One master with its listeners bound: puts the parts together, runs them, and says how it ended. */
record Supervision(Posix posix, Configured configured, Limits limits, Listeners listeners, Reporting reporting) {
    private static final int PID_1 = 1;
    private static final String LIMITS = "the limits have changed";
    private static final Path ROOT = Path.of("/");
    private static final Duration LIMITS_PERIOD = Duration.ofSeconds(2);

    /** What the container grants, and how many workers that makes. */
    record Limits(Readings readings, Sizing sizing) {}

    private Settings settings() {
        return configured.settings();
    }

    private List<String> profiles() {
        return settings().application().map(OwnApplication::profiles).orElse(List.of());
    }

    int run(Map<String, String> environment, String... arguments) {
        if (posix.getpid() != PID_1) {
            // PID 1 is given every orphan anyhow; any other process has to ask, or a worker's children would escape.
            posix.becomeSubreaper();
        }
        try (ManagementInterface.Claim management =
                        reporting.management().claim(settings().management());
                WorkerFiles files = WorkerFiles.of(settings())) {
            return run(new Workload(settings(), environment, files.path()), environment, arguments);
        }
    }

    private int run(Workload workload, Map<String, String> environment, String... arguments) {
        Settings settings = settings();
        WorkerShare share = workload.share(limits.readings(), limits.sizing().workers());
        Handoff handoff = new Handoff(listeners.all(), settings.get(Options.DIALECT));
        ListenPid listenPid = ListenPid.choose(ROOT, Built.ofThisProcess(), settings.workerKind());
        try (LogRules log = LogRules.begin(posix, reporting.workerLines(), settings);
                WorkerMetrics metrics = new WorkerMetrics(posix, settings);
                BootCache cache = BootCache.begin(
                        posix, Setup.prepare(workload.bootCacheRequest(), workload.java(share)), Console::log);
                NotifySockets notifySockets = NotifySockets.open(posix);
                WorkerProcess process = new WorkerProcess(
                        posix,
                        workload.program(share),
                        new WorkerInheritance(
                                handoff,
                                workload.environment(),
                                notifySockets,
                                settings.get(Options.WATCHDOG),
                                Optional.of(metrics.board())),
                        listenPid,
                        Guard.of(posix, ROOT, Console::log))) {
            process.use(0, workload.program(share), workload.variables(share));
            process.atEachStart(cache::program);
            log.output().ifPresent(process::readBy);
            if (settings.listens()) {
                listenPid.warning().ifPresent(line -> Console.warn(EventName.SETTINGS_WARNING, line));
            }
            Shares shares = new Shares(
                    workload, process, limits.readings(), limits.sizing().workers());
            Banner banner = new Banner(posix.getpid(), limits.sizing(), listeners.all(), settings);
            StatusReadings status = StatusReadings.begin(posix.getpid(), reporting.version(), process.leaderName());
            List<ReportListener> first = new ArrayList<>(metrics.listeners());
            LoopReplies replies = new LoopReplies();
            first.addAll(List.of(status.history(), replies));
            ListenerModes modes = new ListenerModes(posix, listeners.all(), settings.get(Options.BLOCKING_LISTENER));
            first.addAll(List.of(banner, shares, modes, cache));
            Rules rules = new Rules(workload, limits.readings(), limits.sizing().workers());
            Master master = new Master(
                    posix,
                    rules.policy(),
                    new BootCacheLauncher(
                            new MemoryLauncher(
                                    process, OomScore.read(ROOT), MemoryRoom.of(ROOT, settings.workerKind())),
                            cache),
                    notifySockets,
                    new MasterContext(
                            MasterMode.ENTRYPOINT,
                            AcceptQueues.of(listeners),
                            new MasterContext.Postmortem(OomKills.of(ROOT)::count, metrics::lastLook),
                            Console::log,
                            first));
            Telemetry telemetry =
                    new Telemetry(master, metrics, queues(), limits.readings(), reporting.logLinesDropped());
            banner.show(limits.readings(), shares.now());
            Replacing replacing = new Replacing(master, shares, cache, rules);
            Reload reload = new Reload(configured, log.before(replacing));
            InForce inForce = new InForce(reload, replacing);
            Supplier<byte[]> document =
                    status.report(master, telemetry, metrics, queues(), inForce::recoverWindow)::json;
            try (Controls controls =
                    Controls.begin(posix, master, reload, settings, new Controls.Answers(document, shares, replies))) {
                RunningMaster.Looks looks = new RunningMaster.Looks(
                        telemetry.stalls()::stalled,
                        cache::status,
                        settings.get(Options.STANDBY),
                        document,
                        new RunningMaster.Remote(Console.recent(), inForce::adminToken, controls.actions()));
                return supervise(master, telemetry, new Watched(shares, modes, looks, inForce, environment), arguments);
            }
        }
    }

    /** What follows changes that nothing tells of. */
    private record Watched(
            Shares shares,
            ListenerModes modes,
            RunningMaster.Looks looks,
            InForce inForce,
            Map<String, String> environment) {}

    private int supervise(Master master, Telemetry telemetry, Watched watched, String... arguments) {
        RunningMaster running = RunningMaster.publish(
                new RunningMaster(master, telemetry, telemetry.scrape(), watched.looks(), watched.inForce()::minReady));
        try (StallWatch stalls = telemetry.stalls().begin(stallReports(master));
                MemoryWatch memory = MemoryWatch.begin(new RecyclingSettings(settings()), telemetry::limits, master);
                ReadinessProbe probe = ReadinessProbe.begin(settings().readyMode(), listeners.all(), master);
                LimitsWatch watch = new LimitsWatch(
                        LIMITS_PERIOD,
                        limits.readings(),
                        () -> settings().get(Options.RESIZE)
                                ? Readings.read(ROOT, watched.environment())
                                : limits.readings(),
                        now -> {
                            telemetry.limitsAre(now);
                            watched.inForce().replacing().undisturbed(() -> resize(master, watched, now));
                        },
                        () -> {
                            master.observeOomKills();
                            watched.modes().look();
                        })) {
            return runBeside(master, telemetry, probe, watched.inForce(), arguments)
                    .code();
        } finally {
            RunningMaster.retire(running);
        }
    }

    /** Workers are looked at only while connections wait, and only where something may follow from it. */
    private Consumer<List<StallMeter.Stall>> stallReports(Master master) {
        return settings().get(Options.WATCHDOG).isPresent() ? StallReports.to(master, queues()) : stalls -> {};
    }

    private QueueFigures queues() {
        return new QueueFigures(posix, listeners.all(), settings().get(Options.BACKLOG));
    }

    /** The limits have changed: {@code auto} is recalculated, and workers get their share of the new ones, those that run as well. */
    private void resize(Master master, Watched watched, Readings now) {
        Settings settings = watched.inForce().settings();
        Sizing anew = settings.sizing(now);
        Console.info(EventName.LIMITS_CHANGED, "the limits have changed: " + String.join("; ", anew.explanation()));
        int desired = master.snapshot().desired();
        int wanted = settings.get(Options.WORKERS).isEmpty()
                ? watched.inForce().policy(now).workers().clamp(anew.workers())
                : desired;
        master.follow(watched.inForce().policy(now), LIMITS);
        Shares shares = watched.shares();
        boolean others = shares.limitsAre(now, wanted);
        if (wanted != desired) {
            master.commands().scaleTo(wanted, LIMITS);
        } else {
            shares.say();
        }
        if (others && shares.ofOneOf(wanted).isTooSmall()) {
            Console.warn(
                    EventName.SHARE_KEPT,
                    "the workers that run keep the share they were started with, because that of the new limit is too"
                            + " little for a start; raise the memory limit, or lower --workers");
        } else if (others && master.snapshot().rollout().failure().isPresent()) {
            // It would pass for the reload that has failed, and take back what that one has brought.
            Console.warn(
                    EventName.SHARE_KEPT,
                    "the workers that run keep the share they were started with, because the last reload was aborted;"
                            + " correct what it says, and reload again");
        } else if (others) {
            watched.inForce().replacing().again(LIMITS);
        }
    }

    /** The loop has a thread of its own: Quarkus takes the main one. */
    private ExitCode runBeside(
            Master master, Telemetry telemetry, ReadinessProbe probe, InForce inForce, String... arguments) {
        List<ReportListener> listeners = new ArrayList<>(telemetry.listeners());
        listeners.add(probe);
        try (LoopThread loop =
                new LoopThread(master, reporting.awaitLog(), listeners.toArray(ReportListener[]::new)).begin()) {
            Optional<ExitCode> failed = serveUntilEnd(
                    new ManagementInterface.Run(loop, () -> warmUpExit(telemetry), profiles()), master, arguments);
            // No lambda: one that is linked only now needs memory, of which there may be none.
            return failed.isPresent() ? failed.get() : exitCode(loop, master, inForce.settings());
        }
    }

    /** No way out of here leads past the end of the loop. */
    private Optional<ExitCode> serveUntilEnd(ManagementInterface.Run beside, Master master, String... arguments) {
        try {
            return reporting.management().serveUntil(beside, master, arguments);
        } catch (Throwable e) {
            beside.loop().report(e);
            return Optional.empty();
        } finally {
            beside.loop().awaitEnd();
        }
    }

    /** What would else run for the first time when a moment matters. */
    private void warmUpExit(Telemetry telemetry) {
        ExpositionWriter.write(telemetry.scrape().collect(reporting.management()::ownMetrics), Format.PROMETHEUS);
        StopWarmup.Result warmup = StopWarmup.perform(posix);
        TerminationMessage.of(warmup.outcome(), warmup.snapshot(), settings(), 0)
                .bytes();
        TerminationMessage.of(new FatalError("warm-up", new OutOfMemoryError("none")).line())
                .bytes();
    }

    private ExitCode exitCode(LoopThread loop, Master master, Settings settings) {
        if (loop.outcome().isEmpty()) {
            loop.sayFailure();
            return ExitCode.INTERNAL;
        }
        Outcome ended = loop.outcome().get();
        TerminationMessage terminationMessage =
                TerminationMessage.of(ended, master.snapshot(), settings, System.nanoTime());
        if (ended == Outcome.STOPPED) {
            terminationMessage.leave();
        } else {
            terminationMessage.say();
        }
        return ended.exitCode();
    }
}
