package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.quarkus.master.IdleMaster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes of it is for a master whose loop turns: StatusPageIT. */
class MasterActionsTest {
    private static final int MOST = 8;

    private final IdleMaster idle = new IdleMaster();
    private final List<String> reloads = new ArrayList<>();
    private final MasterActions actions =
            new MasterActions(idle.running().master(), reloads::add, wanted -> Math.max(1, Math.min(wanted, MOST)));

    @AfterEach
    void close() {
        idle.close();
    }

    @Test
    void aReloadIsReadUnderTheNameOfWhoAsks() {
        assertThat(actions.reload("10.0.0.1").begun()).isTrue();
        assertThat(reloads).containsExactly("reload asked for by 10.0.0.1");
    }

    @Test
    void aNumberThatIsNotAllowedIsRefusedWithTheNearest() {
        assertThat(actions.scale(MOST, "x").begun()).isTrue();
        assertThat(actions.scale(MOST + 1, "x"))
                .isEqualTo(Actions.Outcome.refused("9 workers are not allowed here; the nearest number is 8"));
        assertThat(actions.scale(0, "x"))
                .isEqualTo(Actions.Outcome.refused("0 workers are not allowed here; the nearest number is 1"));
    }

    /** A reload may have changed what is allowed since it was looked at. */
    @Test
    void aNumberThatIsNotAllowedWhenTheLoopTakesItChangesNothing(@TempDir Path directory) throws Exception {
        try (SteeredMaster steered = new SteeredMaster(directory, 2, 3, "sleep", "600").awaitReady(2)) {
            assertThat(new MasterActions(steered.master, reloads::add, any -> any)
                            .scale(9, "x")
                            .begun())
                    .isTrue();
            String refusal = "scale asked for by x: 3 is the maximum number of workers";
            await().until(() -> steered.log.contains(refusal));
            assertThat(steered.master.snapshot().desired()).isEqualTo(2);
        }
    }

    @Test
    void onlyAWorkerThatIsReadyIsReplaced() {
        assertThat(actions.kill(0, "x"))
                .isEqualTo(Actions.Outcome.refused("no worker is ready in slot 0, so none can be replaced"));
        assertThat(actions.kill(1_000_000, "x").begun()).isFalse();
    }

    @Test
    void aStopBegins() {
        assertThat(actions.stop("x")).isEqualTo(Actions.Outcome.begun("the pod drains and stops"));
    }
}
