package dev.prefork.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.procfs.Halt;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HaltsTest {
    private static final long SECOND = 1_000_000_000L;

    private final Halts halts = new Halts();

    private Map<Integer, Halts.Halted> look(Halt.Kind kind, long ticks, long seconds) {
        return halts.look(Map.of(7, new Halt(kind, ticks)), seconds * SECOND);
    }

    @Test
    void oneThatIsStoppedIsSeenAtOnceAndCountedFromThen() {
        assertThat(look(Halt.Kind.STOPPED, 5, 100)).containsEntry(7, new Halts.Halted(Halt.Kind.STOPPED, 0));
        assertThat(look(Halt.Kind.STOPPED, 5, 112)).containsEntry(7, new Halts.Halted(Halt.Kind.STOPPED, 12));
    }

    @Test
    void oneThatHasRunMeanwhileIsCountedAnew() {
        look(Halt.Kind.STOPPED, 5, 100);
        assertThat(look(Halt.Kind.STOPPED, 6, 112)).containsEntry(7, new Halts.Halted(Halt.Kind.STOPPED, 0));
        assertThat(halts.look(Map.of(), 113 * SECOND)).isEmpty();
        assertThat(look(Halt.Kind.STOPPED, 6, 114)).containsEntry(7, new Halts.Halted(Halt.Kind.STOPPED, 0));
    }

    @Test
    void oneThatIsTracedIsSeenOnceItHasNotRunBetweenTwoLooks() {
        assertThat(look(Halt.Kind.TRACED, 6, 120)).isEmpty();
        assertThat(look(Halt.Kind.TRACED, 7, 121)).isEmpty();
        assertThat(look(Halt.Kind.TRACED, 7, 123)).containsEntry(7, new Halts.Halted(Halt.Kind.TRACED, 2));
    }

    @Test
    void aWaitInTheKernelCountsOnceItIsLong() {
        assertThat(look(Halt.Kind.UNINTERRUPTIBLE, 5, 100)).isEmpty();
        assertThat(look(Halt.Kind.UNINTERRUPTIBLE, 5, 109)).isEmpty();
        assertThat(look(Halt.Kind.UNINTERRUPTIBLE, 5, 110))
                .containsEntry(7, new Halts.Halted(Halt.Kind.UNINTERRUPTIBLE, 10));
        assertThat(look(Halt.Kind.UNINTERRUPTIBLE, 6, 120))
                .as("it has worked meanwhile")
                .isEmpty();
    }
}
