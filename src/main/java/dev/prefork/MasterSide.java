package dev.prefork;

import dev.prefork.container.Readings;
import dev.prefork.container.WorkerKind;
import dev.prefork.container.WorkerShare;
import dev.prefork.handoff.Handoff;
import dev.prefork.listen.ListenAddress;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listeners;
import dev.prefork.master.AcceptQueues;
import dev.prefork.master.LaunchFailedException;
import dev.prefork.master.Launcher;
import dev.prefork.master.Log;
import dev.prefork.master.Master;
import dev.prefork.master.MasterContext;
import dev.prefork.master.Program;
import dev.prefork.master.WorkerProcess;
import dev.prefork.notify.NotifySocket;
import dev.prefork.os.Built;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.StartedWith;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/** What {@code listenAndServe} does in the master: bind, start, supervise, and leave nothing behind. */
final class MasterSide {
    private static final String LISTENER_NAME = "http";

    private final Prefork prefork;
    private final Posix posix = Posix.system();

    MasterSide(Prefork prefork) {
        this.prefork = prefork;
    }

    void run(String address) throws Exception {
        var options = new ListenOptions(prefork.backlog, prefork.reusePort, prefork.workers);
        try (Listeners listeners = Listeners.open(posix, List.of(spec(address)), options, List.of())) {
            listeners.warnings().forEach(warning -> prefork.logger.log(Logger.Level.WARN, warning));
            HookReports.call(
                    "onListening",
                    () -> prefork.onListening.onListening(
                            socketAddress(listeners.all().get(0).endpoint())));
            supervise(listeners);
        }
    }

    private void supervise(Listeners listeners) throws Exception {
        Handoff handoff = new Handoff(listeners.all(), Set.of());
        try (NotifySocket notifySocket = NotifySocket.open(posix);
                WorkerProcess process =
                        new WorkerProcess(posix, self(), handoff, StartedWith.environment(), notifySocket)) {
            Log log = (level, line) -> prefork.logger.log(Logger.Level.valueOf(level.name()), line);
            List<ReportListener> hooks = List.of(new HookReports(prefork));
            Master master = new Master(
                    posix,
                    policy(),
                    launcher(process),
                    notifySocket,
                    MasterContext.library(AcceptQueues.of(listeners)),
                    log,
                    hooks);
            Outcome outcome = master.run();
            if (outcome != Outcome.STOPPED) {
                throw overRecovery(outcome, master.snapshot());
            }
        }
    }

    private Policy policy() {
        return new Policy(
                prefork.workers,
                new Policy.Recovery(
                        OptionalInt.of(prefork.recoverThreshold),
                        prefork.recoverWindow,
                        prefork.recoverInterval,
                        prefork.recoverIntervalMax),
                new Policy.Starting(prefork.startTimeout, readiness(), prefork.workers),
                new Policy.Stopping(Duration.ZERO, prefork.shutdownGracePeriod));
    }

    /** Children of this program say that they are ready; a producer's may be programs that do not know how to. */
    private Readiness readiness() {
        return prefork.announced || prefork.producer == null ? Readiness.notification() : Readiness.automatic();
    }

    private OverRecoveryException overRecovery(Outcome outcome, Snapshot snapshot) {
        String message = snapshot.recoverExits() + " children exited unexpectedly, more than the recover threshold of "
                + snapshot.recoverThreshold() + "; the last one was "
                + snapshot.lastExit().orElse("unknown");
        return outcome == Outcome.NEVER_READY
                ? new NeverReadyException(message + ", and not all children had become ready")
                : new OverRecoveryException(message);
    }

    private Launcher launcher(WorkerProcess process) {
        Program self = self();
        CommandProducer producer = prefork.producer == null ? Command::start : prefork.producer;
        return slot -> {
            Command command = new Command(process, slot, self);
            Command produced;
            try {
                produced = producer.produce(command);
            } catch (LaunchFailedException | VirtualMachineError e) {
                discard(command);
                throw e;
            } catch (Exception | LinkageError | AssertionError e) {
                discard(command);
                throw new CommandProducerException(e);
            }
            if (produced != command) {
                discard(command);
                throw produced == null ? new NoCommandException() : new CommandNotStartedException();
            }
            return command.pid().orElseThrow(CommandNotStartedException::new);
        };
    }

    /** A producer that fails after the start would leave an unknown child. */
    private void discard(Command command) {
        command.pid().ifPresent(pid -> {
            posix.killGroup(pid, Signal.KILL);
            posix.reapWaiting(pid);
        });
    }

    private Program self() {
        Program self = Program.self();
        if (Built.ofThisProcess() == Built.NATIVELY) {
            return self;
        }
        WorkerShare share = WorkerShare.of(Readings.read(Path.of("/")), prefork.workers, WorkerKind.JVM_BUILT_IN);
        return self.withOptions(share.jvmFlags(self.arguments()));
    }

    private ListenSpec spec(String address) {
        String scheme = address.contains("://") ? "" : prefork.network.name().toLowerCase(Locale.ROOT) + "://";
        return new ListenSpec(LISTENER_NAME, ListenAddress.parse(scheme + address));
    }

    private static SocketAddress socketAddress(Endpoint endpoint) {
        if (endpoint instanceof Endpoint.Inet inet) {
            return new InetSocketAddress(inet.address(), inet.port());
        }
        return UnixDomainSocketAddress.of(((Endpoint.Unix) endpoint).path());
    }
}
