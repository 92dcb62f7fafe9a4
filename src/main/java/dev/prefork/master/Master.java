package dev.prefork.master;

import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.procfs.StartFigures;
import dev.prefork.supervise.Action;
import dev.prefork.supervise.Adopted;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.Supervisor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The loop: takes a message, tells the supervisor, carries out what it wants, and sleeps until the next message or
 * moment. It owns the supervisor and every worker process.
 *
 * <p>Threading: {@link #run} belongs to one thread and returns when the last worker is gone. {@link #snapshot},
 * all other public methods may be called from anywhere.
 */
public final class Master {
    /**
     * What must not end an entrypoint: left alone, HUP makes a JVM exit even as PID 1, and USR1 kills. USR2
     * is HotSpot's own, to suspend threads with, and crashes it when it comes from outside; so an outsider's is taken
     * from it, at the price of a flight recorder's samples in the master.
     */
    private static final List<Signal> NO_MEANING = List.of(Signal.USR1, Signal.USR2, Signal.WINCH);

    private static final Path PROC = Path.of("/proc");

    private static final Duration GROUP_PAUSE = Duration.ofSeconds(1);

    private final Posix posix;
    private final Launcher launcher;
    private final NotifySockets notifySockets;
    private final Log log;
    private final MasterMode mode;
    private final AcceptQueues acceptQueues;
    private final OomLedger oom;
    private final IntConsumer lastLook;
    private final AtomicLongArray signals = new AtomicLongArray(Signal.values().length);
    private final List<ReportListener> listeners;
    private final Inbox inbox = new Inbox();
    private final Commands commands = new Commands(inbox);
    private final InternalErrors errors;
    private final Supervisor supervisor;
    private final Notifications notifications;
    private final Reaper reaper;
    private final BrokenEnd broken;
    private final Optional<Orphans> orphans;
    private volatile Snapshot snapshot;
    private volatile Policy policy;
    private Optional<Outcome> outcome = Optional.empty();
    private Optional<EarlyStop> earlyStop = Optional.empty();
    private Consumer<String> reloader;

    /**
     * @param notifySockets where workers send their notifications; closed when the loop ends
     */
    public Master(Posix posix, Policy policy, Launcher launcher, NotifySockets notifySockets, MasterContext context) {
        this.posix = posix;
        this.policy = policy;
        this.launcher = launcher;
        this.notifySockets = notifySockets;
        this.mode = context.mode();
        this.acceptQueues = context.acceptQueues();
        this.oom = new OomLedger(context.postmortem().oomKills());
        this.lastLook = context.postmortem().lastLook();
        this.log = context.log();
        this.errors = new InternalErrors(inbox, log, mode, policy.stopping().gracePeriod());
        this.listeners = new ArrayList<>(List.of(new ReportLog(log, acceptQueues != AcceptQueues.NONE)));
        this.listeners.addAll(context.listeners());
        supervisor = new Supervisor(policy, () -> ThreadLocalRandom.current().nextDouble(), System.nanoTime());
        notifications = new Notifications(supervisor::isWorker, supervisor::isStopping, log);
        reaper = new Reaper(posix, supervisor, mode, launcher, oom);
        broken = new BrokenEnd(posix, supervisor, reaper, log);
        // In a library other code may have children, and there is no telling whose an orphan is.
        orphans = mode == MasterMode.LIBRARY
                ? Optional.empty()
                : Optional.of(new Orphans(PROC, posix.getpid(), launcher::owns));
        snapshot = supervisor.snapshot(System.nanoTime());
        reloader = why -> log.warn(EventName.RELOAD_REFUSED, why + " is ignored: nothing can be read anew here");
    }

    /**
     * Starts the workers and supervises them to the end.
     *
     * @param more hear what happens as well, after the context's: those that had to be made after the master
     * @return why it ended
     * @throws Exception what a listener or the launcher threw, an Error too, or what was reported to {@link #errors}; by then
     *     every worker is gone, in order
     */
    public Outcome run(ReportListener... more) throws Exception {
        listeners.addAll(List.of(more));
        boolean over = false;
        try (SignalHandlers handlers = new SignalHandlers(mode);
                NotificationReader reader = new NotificationReader(notifySockets, inbox, log, errors::report)) {
            handle(handlers);
            errors.insist(this::loop, () -> outcome.isPresent() || errors.givesUp());
            over = outcome.isPresent();
        } finally {
            if (!over) {
                inbox.broke();
            }
            errors.insist(broken::endAll, broken::allEnded);
        }
        Throwable failure = errors.first().map(FatalError::cause).orElse(null);
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw failure instanceof Exception e ? e : new IllegalStateException(failure);
        }
        return outcome.orElseThrow();
    }

    private void handle(SignalHandlers handlers) {
        handlers.handle(Signal.CHLD, errors.reporting(signal -> inbox.childrenChanged()));
        if (mode == MasterMode.ENTRYPOINT) {
            handlers.handle(Signal.TTIN, errors.reporting(signal -> scaleBy(signal, 1)));
            handlers.handle(Signal.TTOU, errors.reporting(signal -> scaleBy(signal, -1)));
            handlers.handle(Signal.HUP, errors.reporting(this::reloadBy));
            NO_MEANING.forEach(signal -> handlers.handle(signal, errors.reporting(this::ignore)));
        }
        Consumer<Signal> stop = errors.reporting(this::stopBy);
        if (earlyStop.isEmpty()) {
            handlers.handle(Signal.TERM, stop);
            handlers.handle(Signal.INT, stop);
        }
        earlyStop.orElseGet(EarlyStop::ofThisProcess).handOver(stop);
    }

    /** Takes SIGTERM and SIGINT from one that watches for them already, and has since before this master was made. */
    public void stopBy(EarlyStop watching) {
        earlyStop = Optional.of(watching);
    }

    /**
     * What SIGHUP asks to read the specification anew and to {@link #reload} then. To be said before the master runs.
     *
     * @param reading is given the reason on the signal's thread, which it must not keep waiting
     */
    public void reloadBy(Consumer<String> reading) {
        reloader = reading;
    }

    /** Has other rules followed from now on, before what is asked for later. */
    public void follow(Policy rules, String why) {
        policy = rules;
        errors.granted(rules.stopping().gracePeriod());
        inbox.put(new Message.Told(new Event.PolicySet(rules, why)));
    }

    /** What was asked to be followed last. */
    public Policy policy() {
        return policy;
    }

    /** Asks to replace all workers by ones of this version, which the launcher knows, one after the other. */
    public void reload(int version, String why) {
        inbox.put(new Message.Told(new Event.ReloadAsked(version, why)));
    }

    /** What it can be told and asked for beside that. */
    public Commands commands() {
        return commands;
    }

    /** The state as of the last turn of the loop. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Asks for an orderly stop; asked again, it kills. */
    public void stop(String why) {
        inbox.put(new Message.Told(new Event.StopAsked(why, false)));
    }

    /** Where threads of this process report what they cannot go on after; the loop stops then. */
    public InternalErrors errors() {
        return errors;
    }

    /** Says where connections wait, and what the workers have done meanwhile. */
    public void stallsMeasured(Event.StallsMeasured measured) {
        inbox.put(new Message.Told(measured));
    }

    /** Looks at how many processes the kernel has OOM-killed; the more often, the surer a death's cause. */
    public void observeOomKills() {
        oom.observe(System.nanoTime());
    }

    /** Whether the loop turns; see {@link Inbox#answers}. */
    public boolean answers(Duration limit) {
        return inbox.answers(limit, System.nanoTime());
    }

    /** Gives a loop that sleeps a message to take, so that {@link #lagNanos} has something to tell. */
    public void ping() {
        inbox.ping();
    }

    /** How many orphans that were never workers have been reaped. */
    public long orphansReaped() {
        return reaper.strangers();
    }

    /** How many notifications were refused for their sender, or merged with others because there were too many. */
    public long notificationsDropped() {
        return notifications.refused() + notifySockets.merged();
    }

    /** How often it was sent this signal. */
    public long received(Signal signal) {
        return signals.get(signal.ordinal());
    }

    /** For how long a message waits for the loop; see {@link Inbox#lagNanos}. */
    public long lagNanos() {
        return inbox.lagNanos();
    }

    private void ignore(Signal signal) {
        signals.incrementAndGet(signal.ordinal());
        log.log(SignalEntry.ignored(signal));
    }

    /** INT is a human's, who has no time to wait for load balancers. */
    private void stopBy(Signal signal) {
        signals.incrementAndGet(signal.ordinal());
        inbox.put(new Message.Told(
                new Event.StopAsked("SIG" + signal.name(), signal == Signal.TERM, OptionalLong.of(System.nanoTime()))));
    }

    private void reloadBy(Signal signal) {
        signals.incrementAndGet(signal.ordinal());
        reloader.accept("SIG" + signal.name());
    }

    private void scaleBy(Signal signal, int workers) {
        signals.incrementAndGet(signal.ordinal());
        inbox.put(new Message.Told(new Event.ScaleAsked(workers, "SIG" + signal.name())));
    }

    private void loop() throws InterruptedException {
        if (errors.any()) {
            heedErrors();
            // The message that it broke at may have told of a child's end.
            reaper.sweep(this::tell);
        }
        // A master that is stopped before it began must not start workers.
        inbox.take(OptionalLong.of(0)).ifPresent(this::handle);
        heedErrors();
        settle();
        while (outcome.isEmpty() && !errors.givesUp()) {
            // Whenever it wakes by itself it looks after the children too: the JVM starts a thread for each signal, and
            // where it cannot, because no pid is free, the signal is lost.
            inbox.take(timeLeft(System.nanoTime())).ifPresentOrElse(this::handle, () -> reaper.sweep(this::tell));
            heedErrors();
            settle();
        }
    }

    private OptionalLong timeLeft(long now) {
        OptionalLong decisions = earlier(supervisor.timeLeft(now), supervisor.snapshotWait(now));
        return earlier(earlier(decisions, groupWait()), errors.timeLeft(now));
    }

    private void heedErrors() {
        errors.heed(event -> supervisor.on(event, System.nanoTime()));
    }

    /** The last of a group may have a parent of its own, so that no SIGCHLD tells us of its end. */
    private OptionalLong groupWait() {
        return supervisor.leaderlessGroups().isEmpty() ? OptionalLong.empty() : OptionalLong.of(GROUP_PAUSE.toNanos());
    }

    private void handle(Message message) {
        if (message instanceof Message.ChildrenChanged || message instanceof Message.Ping) {
            // A SIGCHLD is lost where no pid is free for the thread that handles it; a probe finds that out.
            reaper.sweep(this::tell);
        } else if (message instanceof Message.Notified notified) {
            notifications.read(notified.received(), System.nanoTime()).forEach(this::tell);
        } else if (message instanceof Message.Told told) {
            supervisor.on(told.event(), System.nanoTime());
        } else if (message instanceof Message.DumpAsked asked && supervisor.isWorker(asked.pid())) {
            dump(asked.pid());
        } else if (message instanceof Message.Call call) {
            call.task().run();
        }
    }

    private void tell(Event event) {
        supervisor.on(event, System.nanoTime());
        settle();
    }

    /** Does all that the supervisor wants at this moment. */
    private void settle() {
        long now = System.nanoTime();
        for (Optional<Action> action = supervisor.next(now); action.isPresent(); action = supervisor.next(now)) {
            perform(action.get());
            now = System.nanoTime();
        }
        snapshot = supervisor.snapshot(now);
    }

    private void perform(Action action) {
        if (action instanceof Action.Spawn spawn) {
            supervisor.on(launch(spawn), System.nanoTime());
        } else if (action instanceof Action.MeasureStart measure) {
            StartFigures.of(PROC, measure.pid())
                    .ifPresent(start -> supervisor.on(
                            new Event.StartMeasured(measure.pid(), start.cpuNanos(), start.atRest()),
                            System.nanoTime()));
        } else if (action instanceof Action.Forget forget) {
            forget(forget.pid());
        } else if (action instanceof Action.SignalGroup signal) {
            signal(signal.pid(), signal.signal());
        } else if (action instanceof Action.AskSession ask) {
            reaper.askSession(ask.pid(), this::unreachable);
        } else if (action instanceof Action.TakeOver takeOver) {
            launcher.takeOver(takeOver.pid());
        } else if (action instanceof Action.Dump dump) {
            dump(dump.pid());
        } else if (action instanceof Action.StopAccepting) {
            stopAccepting();
        } else if (action instanceof Action.MeasureRoom) {
            supervisor.on(new Event.RoomMeasured(hasRoom()), System.nanoTime());
        } else if (action instanceof Action.MeasureQueue measure) {
            supervisor.on(new Event.QueueMeasured(waiting(measure.closing())), System.nanoTime());
        } else if (action instanceof Action.Reap reap) {
            lookAt(reap.pid());
            supervisor.on(reaper.reap(reap.pid(), reap.causeOpen()), System.nanoTime());
        } else if (action instanceof Action.FindAdopted) {
            supervisor.on(new Event.AdoptedFound(adopted()), System.nanoTime());
        } else if (action instanceof Action.SignalAdopted signal) {
            signal(signal.process(), signal.signal());
        } else if (action instanceof Action.Tell tell) {
            tellListeners(tell.report());
        } else if (action instanceof Action.Finish finish) {
            outcome = Optional.of(finish.outcome());
        }
    }

    /** Not earlier: what is left of a worker's group may still send, to a socket of its own and not to the next worker's. */
    private void forget(int pid) {
        notifySockets.giveUp(pid);
        notifications.forget(pid);
        launcher.forget(pid);
    }

    /** One worker that is out of reach must not keep the others from being stopped in order. */
    private void signal(int pid, Signal signal) {
        boolean reached = reaper.signal(pid, signal, this::unreachable);
        if (!reached && supervisor.isLeaderlessGroup(pid)) {
            // Its last member had a parent of its own, so that no SIGCHLD told us of its end.
            supervisor.on(new Event.GroupGone(pid), System.nanoTime());
        }
    }

    /** Those that have ended are reaped first: they are neither waited for nor named. */
    private List<Adopted> adopted() {
        reaper.sweep(this::tell);
        return orphans.map(Orphans::living).orElse(List.of());
    }

    private void signal(Adopted process, Signal signal) {
        log.log(SignalEntry.toAdopted(process, signal));
        try {
            posix.kill(process.pid(), signal);
        } catch (ErrnoException e) {
            unreachable(process.pid(), signal, e);
        }
    }

    private void unreachable(int pid, Signal signal, ErrnoException why) {
        log.log(SignalEntry.unreachable(pid, signal, why));
    }

    /** To the process alone: what it has started may not be a JVM, and would die of it. */
    private void dump(int pid) {
        try {
            reaper.signalAlone(pid, Signal.QUIT);
        } catch (ErrnoException e) {
            log.warn(EventName.PROCESS_UNREACHABLE, "pid " + pid + " cannot be asked for a thread dump: " + e.reason());
        }
    }

    private void stopAccepting() {
        try {
            acceptQueues.stopAccepting().forEach(line -> log.warn(EventName.QUEUE_WARNING, line));
        } catch (RuntimeException e) {
            log.warn(EventName.QUEUE_WARNING, "new connections cannot be refused, so some may be reset: " + e);
        }
    }

    /** Figures of the dead are no reason to leave a zombie. */
    private void lookAt(int ended) {
        try {
            lastLook.accept(ended);
        } catch (RuntimeException e) {
            log.warn(EventName.LOOK_FAILED, "cannot read the resource usage of pid " + ended + ": " + e);
        }
    }

    /** Memory that cannot be measured must not hold up a reload. */
    private boolean hasRoom() {
        try {
            return launcher.hasRoom(supervisor.workerPids());
        } catch (RuntimeException e) {
            log.warn(
                    EventName.LOOK_FAILED, "cannot measure the memory, assuming that it carries one worker more: " + e);
            return true;
        }
    }

    /** A queue that cannot be measured must not hold up a stop. */
    private int waiting(boolean closing) {
        try {
            return closing ? acceptQueues.waiting() : acceptQueues.queued();
        } catch (RuntimeException e) {
            // The kernel's tables may be unusual, in a sandbox for instance.
            log.warn(EventName.QUEUE_WARNING, "cannot measure the accept queues, assuming they are empty: " + e);
            return 0;
        }
    }

    private Event launch(Action.Spawn spawn) {
        try {
            int pid = spawn.reason() == StartReason.STANDBY
                    ? launcher.launchStandby(spawn.slot(), spawn.version())
                    : launcher.launch(spawn.slot(), spawn.version());
            return new Event.Spawned(spawn.place(), pid);
        } catch (LaunchFailedException e) {
            notifySockets.giveUpUnused();
            return new Event.SpawnFailed(spawn.place(), e.getMessage());
        } catch (Throwable e) {
            fail(e);
            return new Event.SpawnFailed(spawn.place(), String.valueOf(e.getMessage()));
        }
    }

    private void tellListeners(Report report) {
        snapshot = supervisor.snapshot(System.nanoTime());
        for (ReportListener listener : listeners) {
            try {
                listener.on(report);
            } catch (Throwable e) {
                fail(e);
                return;
            }
        }
    }

    private void fail(Throwable cause) {
        errors.note(Thread.currentThread(), cause);
        heedErrors();
    }

    private static OptionalLong earlier(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isPresent() ? one : other;
        }
        return OptionalLong.of(Math.min(one.getAsLong(), other.getAsLong()));
    }
}
