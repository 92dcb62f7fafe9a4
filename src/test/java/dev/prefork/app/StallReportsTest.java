package dev.prefork.app;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Handoff;
import dev.prefork.it.command.Scripts;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listeners;
import dev.prefork.listen.QueueFigures;
import dev.prefork.listen.StallMeter.Stall;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import dev.prefork.supervise.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Of two real processes that share two listeners: one waits for connections on the first, and one for nothing. */
class StallReportsTest {
    private static final Stall ON_HTTP = new Stall("http", OptionalInt.empty(), 1, 0);
    private static final Stall ON_ADMIN = new Stall("admin", OptionalInt.empty(), 1, 0);

    private final List<Event.StallsMeasured> told = new ArrayList<>();

    @Test
    void whoWaitsOnAnotherListenerIsNotMeasuredWhileWhoWaitsForNothingIs() {
        try (Listeners listeners = Listeners.open(
                        Posix.system(),
                        ListenSpec.parseList(List.of("http=tcp4://127.0.0.1:0", "admin=tcp4://127.0.0.1:0")),
                        new ListenOptions(64, false, 1),
                        List.of());
                TestChild serves = start(listeners, "epoll");
                TestChild hangs = start(listeners, "pause")) {
            StallReports reports = new StallReports(
                    () -> Set.of(serves.pid(), hangs.pid()),
                    told::add,
                    new QueueFigures(Posix.system(), listeners.all(), 64));

            await().untilAsserted(() -> assertThat(measured(reports, ON_ADMIN)).containsExactly(hangs.pid()));
            assertThat(measured(reports, ON_HTTP)).containsExactlyInAnyOrder(serves.pid(), hangs.pid());
            assertThat(measured(reports, ON_HTTP, ON_ADMIN)).containsExactlyInAnyOrder(serves.pid(), hangs.pid());
        }
    }

    private Set<Integer> measured(StallReports reports, Stall... stalls) {
        reports.accept(List.of(stalls));
        return told.get(told.size() - 1).userNanos().keySet();
    }

    private static TestChild start(Listeners listeners, String way) {
        TestChild child = TestChild.start(
                Scripts.python("probe/wait.py", way),
                Map.of(),
                new Handoff(listeners.all(), Set.of()).descriptors(0).toArray(SpawnRequest.Descriptor[]::new));
        assertThat(child.readLine()).isEqualTo("up");
        return child;
    }
}
