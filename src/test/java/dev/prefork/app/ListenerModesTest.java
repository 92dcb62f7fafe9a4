package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listener;
import dev.prefork.listen.Listeners;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Report;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenerModesTest {
    private final Posix posix = Posix.system();
    private final Listeners listeners = Listeners.open(
            posix,
            ListenSpec.parseList(List.of("web=tcp4://127.0.0.1:0", "fpm=tcp4://127.0.0.1:0")),
            new ListenOptions(8, true, 2, Set.of("fpm"), Optional.empty()),
            List.of());

    @AfterEach
    void close() {
        listeners.close();
    }

    private Listener listener(String name) {
        return listeners.all().stream()
                .filter(listener -> listener.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void onlyTheListenerThatWasAskedToBlockBlocksOnEveryOneOfItsSockets() {
        assertThat(listener("web").descriptors()).hasSize(2).allMatch(posix::isNonBlocking);
        assertThat(listener("fpm").descriptors()).hasSize(2).noneMatch(posix::isNonBlocking);
    }

    @Test
    void aModeThatAWorkerChangedIsSaidOnceByTheListenersNameAndLeftAsItIs() {
        ListenerModes modes = new ListenerModes(posix, listeners.all(), List.of("fpm"));
        modes.look();
        assertThat(modes.said()).isEmpty();

        posix.setNonBlocking(listener("web").descriptors().get(1), false);
        modes.on(new Report.WorkerReady(0, 100, 1));
        modes.look();
        assertThat(modes.said()).containsExactly("web");

        posix.setNonBlocking(listener("fpm").descriptors().get(0), true);
        modes.look();
        modes.look();
        assertThat(modes.said()).containsExactlyInAnyOrder("web", "fpm");
        assertThat(posix.isNonBlocking(listener("web").descriptors().get(1))).isFalse();
    }

    @Test
    void listenersThatAreClosedAlreadyAreNoChange() {
        ListenerModes modes = new ListenerModes(posix, listeners.all(), List.of("fpm"));
        listeners.close();

        modes.look();

        assertThat(modes.said()).isEmpty();
    }
}
