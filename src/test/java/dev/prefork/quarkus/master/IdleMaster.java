package dev.prefork.quarkus.master;

import dev.prefork.app.Actions;
import dev.prefork.app.RunningMaster;
import dev.prefork.listen.StallMeter;
import dev.prefork.log.RecentEntries;
import dev.prefork.master.AcceptQueues;
import dev.prefork.master.Master;
import dev.prefork.master.MasterContext;
import dev.prefork.master.MasterMode;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.metrics.merge.Limits;
import dev.prefork.metrics.merge.Merger;
import dev.prefork.metrics.merge.Rejects;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A master whose loop never turns, as that of this process. For one test. */
public final class IdleMaster implements AutoCloseable {
    private final NotifySockets notifySockets = NotifySockets.open(Posix.system());
    private final Master master = new Master(
            Posix.system(),
            new Policy(
                    2,
                    new Policy.Recovery(
                            OptionalInt.of(1), Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(30)),
                    new Policy.Starting(Duration.ofSeconds(60), Readiness.notification(), 2),
                    new Policy.Stopping(Duration.ZERO, Duration.ofSeconds(20))),
            (slot, version) -> {
                throw new AssertionError("nothing is started here");
            },
            notifySockets,
            new MasterContext(
                    MasterMode.LIBRARY, AcceptQueues.NONE, MasterContext.Postmortem.NONE, entry -> {}, List.of()));
    public volatile Supplier<List<StallMeter.Stall>> stalled = List::of;
    public volatile byte[] status = {};
    public volatile Optional<String> token = Optional.empty();
    public volatile Actions actions;
    public volatile Runnable looked = () -> {};
    public final RecentEntries log = new RecentEntries();

    public RunningMaster publish() {
        return RunningMaster.publish(running());
    }

    /** The same, for parts that are handed it. */
    public RunningMaster running() {
        Merger merger = new Merger(
                GaugeRules.of(List.of()), Merger.Grouping.MERGED, Limits.of(1 << 30), new Rejects(line -> {}));
        return new RunningMaster(
                master,
                registry -> {},
                new Scrape(merger, List.of(), master::snapshot, () -> {}),
                new RunningMaster.Looks(
                        () -> stalled.get(),
                        () -> "no boot cache: none is needed",
                        0,
                        this::status,
                        new RunningMaster.Remote(log, () -> token, actions)),
                () -> 1);
    }

    private byte[] status() {
        looked.run();
        return status;
    }

    @Override
    public void close() {
        notifySockets.close();
    }
}
