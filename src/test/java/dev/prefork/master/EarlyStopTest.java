package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class EarlyStopTest {
    private final EarlyStop early = new EarlyStop();
    private final List<Signal> taken = new CopyOnWriteArrayList<>();

    @Test
    void whatCameBeforeTheLoopIsHandedOverOnce() {
        early.came(Signal.TERM);
        early.handOver(taken::add);
        early.handOver(taken::add);

        assertThat(taken).containsExactly(Signal.TERM);
    }

    @Test
    void whatComesWhileHandlersChangeGoesToTheLoop() {
        early.handOver(taken::add);
        early.came(Signal.INT);

        assertThat(taken).containsExactly(Signal.INT);
    }

    @Test
    void withoutASignalNothingIsHandedOver() {
        early.handOver(taken::add);

        assertThat(taken).isEmpty();
    }

    @Test
    void forOneMasterItKeepsWhatCameUntilTheLoopTakesItAndPutsTheHandlerBack() {
        sun.misc.Signal interrupt = new sun.misc.Signal("INT");
        sun.misc.SignalHandler before = signal -> {};
        sun.misc.SignalHandler original = sun.misc.Signal.handle(interrupt, before);
        try {
            try (EarlyStop watching = EarlyStop.forOneMaster()) {
                sun.misc.Signal.raise(interrupt);
                watching.handOver(taken::add);
                await().until(() -> taken.equals(List.of(Signal.INT)));
            }
            assertThat(sun.misc.Signal.handle(interrupt, original)).isSameAs(before);
        } finally {
            sun.misc.Signal.handle(interrupt, original);
        }
    }
}
