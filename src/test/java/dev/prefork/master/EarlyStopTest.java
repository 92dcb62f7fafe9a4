package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyStopTest {
    private final EarlyStop early = new EarlyStop();
    private final List<Signal> taken = new ArrayList<>();

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
}
