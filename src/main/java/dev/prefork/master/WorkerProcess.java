package dev.prefork.master;

import dev.prefork.handoff.Handoff;
import dev.prefork.handoff.Identity;
import dev.prefork.handoff.Leadership;
import dev.prefork.handoff.Variables;
import dev.prefork.handoff.WorkerEnvironment;
import dev.prefork.notify.NotifySocket;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.WaitStatus;
import dev.prefork.output.Capture;
import dev.prefork.output.WorkerOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import jnr.constants.platform.Errno;

/**
 * Starts worker processes: hands over the listeners, the lifeline and the names a worker looks for.
 *
 * <p>Threading: the master's thread, but for what any thread may change: the {@link Programs}. Owns the guard with the lifeline's descriptors; the listeners stay their opener's.
 */
public final class WorkerProcess implements Launcher, Programs, AutoCloseable {
    private final Posix posix;
    private final WorkerInheritance inheritance;
    private final Guard guard;
    private final ListenPid listenPid;

    /** How many processes each slot has had. */
    private final Map<Integer, Integer> generations = new HashMap<>();

    /** By version of the specification. */
    private final NavigableMap<Integer, Work> works = new ConcurrentSkipListMap<>();

    /** The same for all of them, since they are to find out which one leads. */
    private final String leader;

    /** By pid. */
    private final Map<Integer, StandbyLine> standbys = new HashMap<>();

    private Optional<WorkerOutput> output = Optional.empty();
    private UnaryOperator<Program> each = UnaryOperator.identity();

    /** Without a watchdog and further descriptors; and a shell tells LISTEN_PID, where there is one. */
    public WorkerProcess(
            Posix posix, Program program, Handoff handoff, Map<String, String> inherited, NotifySockets notifySockets) {
        this(
                posix,
                program,
                new WorkerInheritance(handoff, inherited, notifySockets, Optional.empty(), Optional.empty()),
                ListenPid.byShell(Path.of("/")),
                Guard.lifelineAlone(posix));
    }

    /**
     * @param listenPid who tells workers their pid
     * @param guard who ends them with this process; closed with this
     */
    public WorkerProcess(
            Posix posix, Program program, WorkerInheritance inheritance, ListenPid listenPid, Guard guard) {
        this.posix = posix;
        this.works.put(0, new Work(program, Map.of()));
        this.inheritance = inheritance;
        this.listenPid = listenPid;
        this.guard = guard;
        this.leader = Leadership.randomName(posix.getpid());
    }

    /**
     * What a worker is started as.
     *
     * @param variables beside those that it inherits
     */
    private record Work(Program program, Map<String, String> variables) {}

    @Override
    public void use(int version, Program program, Map<String, String> variables) {
        works.put(version, new Work(program, Map.copyOf(variables)));
    }

    @Override
    public void forget(IntPredicate versions) {
        works.keySet().removeIf(versions::test);
    }

    /** The abstract name by which one of the workers leads. */
    public String leaderName() {
        return leader;
    }

    /** Changes what is started, anew for each worker; on the master's thread. To be said before the first start. */
    public void atEachStart(UnaryOperator<Program> change) {
        each = change;
    }

    /** Has what workers write read, if that is switched on. To be said before the first start. */
    public void readBy(WorkerOutput reading) {
        output = Optional.of(reading);
    }

    @Override
    public int launch(int slot, int version) throws LaunchFailedException {
        Work work = work(slot, version);
        return launch(slot, work.program(), work.variables());
    }

    private Work work(int slot, int version) {
        Work now = works.floorEntry(version).getValue();
        Map<String, String> variables = new HashMap<>(now.variables());
        variables.replaceAll((name, value) -> Program.inSlot(value, slot));
        return new Work(each.apply(now.program()).inSlot(slot), variables);
    }

    @Override
    public int launchStandby(int slot, int version) throws LaunchFailedException {
        StandbyLine line = standbyLine();
        try {
            Work work = work(slot, version);
            int pid = launch(slot, work.program(), work.variables(), line::passedTo);
            line.passed();
            standbys.put(pid, line);
            return pid;
        } catch (LaunchFailedException e) {
            line.close();
            throw e;
        }
    }

    private StandbyLine standbyLine() throws LaunchFailedException {
        try {
            return StandbyLine.open(posix);
        } catch (ErrnoException e) {
            throw new LaunchFailedException(
                    "a standby could not be told to serve: " + e.reason() + remedy(e.errno()), e);
        }
    }

    @Override
    public void takeOver(int pid) {
        boolean told = Optional.ofNullable(standbys.get(pid))
                .map(StandbyLine::takeOver)
                .orElse(false);
        if (!told) {
            endUntold(pid);
        }
    }

    /** It counts as one that serves from now on: if it is still there, it must not go on waiting. */
    private void endUntold(int pid) {
        try {
            posix.kill(pid, Signal.KILL);
        } catch (ErrnoException e) {
            // It is gone, which the master will hear.
            return;
        }
    }

    @Override
    public void forget(int pid) {
        output.ifPresent(reading -> reading.forget(pid));
        Optional.ofNullable(standbys.remove(pid)).ifPresent(StandbyLine::close);
    }

    /** The same with another program, and with more variables. */
    public int launch(int slot, Program other, Map<String, String> variables) throws LaunchFailedException {
        return launch(slot, other, variables, UnaryOperator.identity());
    }

    private int launch(int slot, Program other, Map<String, String> variables, UnaryOperator<SpawnRequest> more)
            throws LaunchFailedException {
        if (!other.exists()) {
            // Behind a shell, or a shim, it would be the exit code 127 of that, and less clear.
            throw new LaunchFailedException(other.executable() + " does not exist or is not executable", null);
        }
        NotifySocket socket = notifySocket(slot);
        try (Tether tether = guard.tether();
                Capture capture = output.map(reading -> reading.open(slot)).orElseGet(() -> Capture.none(posix))) {
            SpawnRequest worker = capture.passedTo(more.apply(request(socket, tether, other, variables)));
            List<String> told = pidVariables();
            int pid = posix.spawn(told.isEmpty() ? worker : listenPid.start(worker, told));
            tether.bind(pid);
            capture.startedAs(pid);
            started(socket, pid);
            return pid;
        } catch (ErrnoException e) {
            throw new LaunchFailedException(e.reason() + " (" + other.executable() + ")" + remedy(e.errno()), e);
        }
    }

    /** What a limit is called where it is set: see EAGAIN in fork(2), and EMFILE in open(2). */
    private static String remedy(Errno errno) {
        return switch (errno) {
            case EAGAIN ->
                ": no process more is allowed; raise the limit of pids (pids.max of the pod, podPidsLimit of the kubelet,"
                        + " or ulimit -u), or lower the number of workers";
            case EMFILE -> ": no descriptor is left; raise the limit of open files (ulimit -n)";
            default -> "";
        };
    }

    /** Notes the worker that was given this socket; the next in its slot is of another generation. */
    public void started(NotifySocket socket, int pid) {
        socket.startedAs(pid);
        generations.merge(socket.slot(), 1, Integer::sum);
    }

    /** All that the worker is given which is to use this socket, but for its own pid; for a process without a guardian. */
    public SpawnRequest request(NotifySocket socket, Program other, Map<String, String> variables) {
        try (Tether tether = guard.tether()) {
            return request(socket, tether, other, variables);
        }
    }

    private SpawnRequest request(NotifySocket socket, Tether tether, Program other, Map<String, String> variables) {
        int slot = socket.slot();
        Handoff handoff = inheritance.handoff();
        List<SpawnRequest.Descriptor> descriptors = new ArrayList<>(handoff.descriptors(slot));
        Identity identity = new Identity(slot, generations.getOrDefault(slot, 0) + 1);
        Map<String, String> own = own(identity, variables);
        own.put(Variables.NOTIFY_SOCKET, socket.address());
        descriptors.add(new SpawnRequest.Descriptor(tether.lifeline(), handoff.firstFree()));
        inheritance.descriptor().ifPresent(kept -> kept.descriptorFor(slot)
                .ifPresent(descriptor -> pass(descriptor, kept.variable(), descriptors, own)));
        tether.last().ifPresent(descriptor -> pass(descriptor, Variables.GUARD, descriptors, own));
        List<String> environment = WorkerEnvironment.of(inheritance.environment(), own);
        return new SpawnRequest(other.executable(), other.arguments(), environment, descriptors);
    }

    /** One for each worker, not for each slot: while a worker is replaced there are two of them in a slot. */
    public NotifySocket notifySocket(int slot) throws LaunchFailedException {
        try {
            return inheritance.notifySockets().openFor(slot);
        } catch (ErrnoException e) {
            throw new LaunchFailedException(
                    "no notification socket can be opened for it: " + e.reason() + remedy(e.errno()), e);
        }
    }

    /** As the next number, which the variable tells. */
    private static void pass(
            int descriptor, String variable, List<SpawnRequest.Descriptor> descriptors, Map<String, String> own) {
        int target = Handoff.FIRST
                + (int) descriptors.stream()
                        .filter(one -> one.target() >= Handoff.FIRST)
                        .count();
        descriptors.add(new SpawnRequest.Descriptor(descriptor, target));
        own.put(variable, Integer.toString(target));
    }

    @Override
    public Optional<String> lastError(int worker) {
        return output.flatMap(reading -> reading.lastError(worker));
    }

    @Override
    public boolean owns(int pid) {
        return guard.owns(pid);
    }

    @Override
    public void ended(int pid, WaitStatus status) {
        guard.ended();
    }

    private List<String> pidVariables() {
        List<String> variables = new ArrayList<>();
        if (!inheritance.handoff().listeners().isEmpty()) {
            variables.add(Variables.LISTEN_PID);
        }
        inheritance.watchdog().ifPresent(limit -> variables.add(Variables.WATCHDOG_PID));
        return variables;
    }

    private Map<String, String> own(Identity identity, Map<String, String> variables) {
        Map<String, String> own = new LinkedHashMap<>(variables);
        Map<String, String> given = new HashMap<>(inheritance.environment());
        given.putAll(variables);
        own.putAll(identity.variables(given));
        own.put(Variables.CHILD, "1");
        own.put(Variables.LEADER, leader);
        own.put(Variables.MASTER_PID, Integer.toString(posix.getpid()));
        own.put(Variables.LIFELINE, Integer.toString(inheritance.handoff().firstFree()));
        inheritance
                .watchdog()
                .ifPresent(limit -> own.put(
                        Variables.WATCHDOG_USEC, Long.toString(TimeUnit.NANOSECONDS.toMicros(limit.toNanos()))));
        own.putAll(inheritance.handoff().environment(identity));
        return own;
    }

    @Override
    public void close() {
        standbys.values().forEach(StandbyLine::close);
        guard.close();
    }
}
