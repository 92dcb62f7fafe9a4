package dev.prefork.library;

import dev.prefork.container.Readings;
import dev.prefork.container.WorkerKind;
import dev.prefork.container.WorkerShare;
import dev.prefork.handoff.Handoff;
import dev.prefork.handoff.Leadership;
import dev.prefork.library.Failure.Kind;
import dev.prefork.listen.ListenAddress;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listeners;
import dev.prefork.log.EventName;
import dev.prefork.master.AcceptQueues;
import dev.prefork.master.EarlyStop;
import dev.prefork.master.Master;
import dev.prefork.master.MasterContext;
import dev.prefork.master.MasterMode;
import dev.prefork.master.Program;
import dev.prefork.master.WorkerProcess;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Built;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.StartedWith;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Snapshot;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What {@code listenAndServe} does in the master: bind, start, supervise, and leave nothing behind. */
record MasterSide(Configuration configuration, Posix posix) {

    void run(String address) throws Exception {
        // From here on it is for the children to lead.
        Leadership.ofThisProcess().resign();
        try (RunningMasters.Place place = RunningMasters.ofThisProcess()
                        .enter(configuration.children().name());
                EarlyStop early = EarlyStop.forOneMaster();
                Listeners listeners =
                        Listeners.open(posix, List.of(spec(address)), configuration.listening(), List.of())) {
            listeners.warnings().forEach(warning -> configuration.log().warn(EventName.LISTENER_WARNING, warning));
            HookReports.call(
                    "onListening",
                    configuration.hooks().onListening(),
                    socketAddress(listeners.all().get(0).endpoint()));
            supervise(listeners, early);
        }
    }

    private void supervise(Listeners listeners, EarlyStop early) throws Exception {
        Handoff handoff = new Handoff(listeners.all(), Set.of());
        Program self = self();
        try (NotifySockets notifySockets = NotifySockets.open(posix);
                WorkerProcess process =
                        new WorkerProcess(posix, self, handoff, StartedWith.environment(), notifySockets)) {
            Master master = new Master(
                    posix,
                    configuration.policy(),
                    (slot, version) -> new ChildCommand(posix, process, slot, self)
                            .producedBy(configuration.children().producer()),
                    notifySockets,
                    new MasterContext(
                            MasterMode.LIBRARY,
                            AcceptQueues.of(listeners),
                            MasterContext.Postmortem.NONE,
                            configuration.log(),
                            List.of(new HookReports(configuration.hooks()))));
            master.stopBy(early);
            Outcome outcome = master.run();
            if (outcome != Outcome.STOPPED && outcome != Outcome.NOT_ENDED) {
                throw overRecovery(outcome, master.snapshot());
            }
        }
    }

    private static Failure overRecovery(Outcome outcome, Snapshot snapshot) {
        int exits = snapshot.recovery().exits();
        String message = exits + (exits == 1 ? " child" : " children")
                + " exited unexpectedly, more than the recover threshold of "
                + snapshot.recovery().threshold() + "; the last one was "
                + snapshot.lastExit().orElse("unknown");
        return outcome == Outcome.NEVER_READY
                ? new Failure(Kind.NEVER_READY, message + ", and not all children had become ready")
                : new Failure(Kind.OVER_RECOVERY, message);
    }

    private Program self() {
        Program self;
        try {
            self = Program.self();
        } catch (UncheckedIOException e) {
            throw new Failure(Kind.SYSTEM_CALL, e.getMessage(), e);
        }
        if (Built.ofThisProcess() == Built.NATIVELY) {
            return self;
        }
        int workers = configuration.policy().workers().initial();
        WorkerShare share = WorkerShare.of(
                Readings.read(Path.of("/"), StartedWith.environment()), workers, WorkerKind.JVM_BUILT_IN);
        return self.withOptions(share.jvmFlags(self.arguments()));
    }

    private ListenSpec spec(String address) {
        try {
            return new ListenSpec(
                    configuration.children().name().orElse(ListenSpec.DEFAULT_NAME), ListenAddress.parse(address));
        } catch (IllegalArgumentException e) {
            throw new Failure(Kind.LISTENER, e.getMessage());
        }
    }

    private static SocketAddress socketAddress(Endpoint endpoint) {
        if (endpoint instanceof Endpoint.Inet inet) {
            return new InetSocketAddress(inet.address(), inet.port());
        }
        return UnixDomainSocketAddress.of(((Endpoint.Unix) endpoint).path());
    }
}
