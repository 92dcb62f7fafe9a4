package dev.prefork.app;

import dev.prefork.config.ReadyMode;
import dev.prefork.config.UsageException;
import dev.prefork.listen.Listener;
import dev.prefork.master.Master;
import dev.prefork.metrics.collect.MetricsUrl;
import dev.prefork.os.Endpoint;
import dev.prefork.probe.AcceptProbe;
import dev.prefork.probe.AddressProbe;
import dev.prefork.probe.ConnectionProbe;
import dev.prefork.probe.ListeningProbe;
import dev.prefork.probe.Probe;
import dev.prefork.probe.ProbeThread;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Looks whether starting workers accept, or asks them for a path, if that is what makes them ready, and does nothing otherwise.
 *
 * <p>Threading: reports come on the master's thread; the probing has a thread of its own.
 */
record ReadinessProbe(Optional<ProbeThread> thread) implements ReportListener.Selective, AutoCloseable {
    /** Begins to probe; the first TCP listener is where a path is asked for. */
    static ReadinessProbe begin(ReadyMode mode, List<Listener> listeners, Master master) {
        Optional<Probe> probe =
                switch (mode.readiness().proof()) {
                    case NONE -> Optional.empty();
                    case ACCEPTS -> Optional.of(new AcceptProbe(listeners));
                    case LISTENS -> Optional.of(new ListeningProbe());
                    case ANSWERS ->
                        mode.url().isPresent()
                                ? Optional.of(new AddressProbe(
                                        pid -> target(mode.url().get(), pid, master)))
                                : mode.path().map(path -> ConnectionProbe.asking(firstTcp(mode, listeners), path));
                };
        return new ReadinessProbe(probe.map(each -> ProbeThread.start(
                each, () -> master.snapshot().pids(WorkerState.STARTING), master.commands()::probedReady)));
    }

    /** The settings were refused if there is none; what a parent handed in instead was not known then. */
    private static Listener firstTcp(ReadyMode mode, List<Listener> listeners) {
        return listeners.stream()
                .filter(each -> each.endpoint() instanceof Endpoint.Inet)
                .findFirst()
                .orElseThrow(() -> new UsageException("--ready " + mode
                        + " needs a TCP listener, but none was inherited: no worker would ever be ready; choose notify,"
                        + " accept or delay=D"));
    }

    private static AddressProbe.Target target(MetricsUrl url, int pid, Master master) {
        // One that has ended since it was found to be starting has no slot, and will not be asked again.
        int slot = master.snapshot().workers().stream()
                .filter(worker -> worker.pid().equals(OptionalInt.of(pid)))
                .mapToInt(Snapshot.Worker::slot)
                .findFirst()
                .orElse(0);
        MetricsUrl.Target target = url.target(slot, pid);
        return new AddressProbe.Target((InetSocketAddress) target.address(), target.path());
    }

    @Override
    public void on(Report.WorkerStarted started) {
        thread.ifPresent(ProbeThread::wake);
    }

    @Override
    public void close() {
        thread.ifPresent(ProbeThread::close);
    }
}
