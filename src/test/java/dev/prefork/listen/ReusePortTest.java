package dev.prefork.listen;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReusePortTest {
    private static final List<ListenSpec> TWO =
            ListenSpec.parseList(List.of("a=tcp4://127.0.0.1:0", "b=tcp4://127.0.0.1:0"));

    private final Posix posix = Posix.system();
    private final Clients clients = new Clients();

    @AfterEach
    void closeClients() throws Exception {
        clients.close();
    }

    @Test
    void everySlotHasItsOwnSocketOnTheSamePort() {
        try (Listeners listeners = open(3)) {
            for (Listener listener : listeners.all()) {
                assertThat(new HashSet<>(listener.descriptors())).hasSize(3);
                for (int slot = 0; slot < 3; slot++) {
                    int fd = listener.descriptorFor(slot);
                    assertThat(fd).isGreaterThanOrEqualTo(256);
                    assertThat(posix.getOption(fd, SocketOption.REUSE_PORT)).isOne();
                    assertThat(posix.localEndpoint(fd)).isEqualTo(listener.endpoint());
                    assertThat(posix.isNonBlocking(fd)).isTrue();
                }
            }
            assertThat(Clients.port(listeners.all().get(0)))
                    .isNotEqualTo(Clients.port(listeners.all().get(1)));
        }
    }

    @Test
    void theConnectionsSpreadOverAllSockets() {
        try (Listeners listeners = open(2)) {
            Listener listener = listeners.all().get(0);
            for (int i = 0; i < 40; i++) {
                clients.connect(listener);
            }
            await().untilAsserted(() -> {
                int first = posix.acceptQueue(listener.descriptorFor(0)).length();
                int second = posix.acceptQueue(listener.descriptorFor(1)).length();
                assertThat(first + second).isEqualTo(40);
                assertThat(first).isBetween(1, 39);
            });
        }
    }

    @Test
    void moreSlotsGetMoreSocketsAndTheOldOnesStay() {
        try (Listeners listeners = open(1)) {
            Listener before = listeners.all().get(0);
            listeners.ensureSlots(4);
            Listener after = listeners.all().get(0);
            assertThat(after.descriptors()).hasSize(4).startsWith(before.descriptorFor(0));
            assertThat(after.endpoint()).isEqualTo(before.endpoint());
            assertThat(before.descriptors()).as("a listener given out earlier").hasSize(1);
        }
    }

    @Test
    void fewerSlotsTakeNoSocketAway() {
        try (Listeners listeners = open(3)) {
            listeners.ensureSlots(1);
            assertThat(listeners.all().get(0).descriptors()).hasSize(3);
        }
    }

    @Test
    void withoutReusePortAllSlotsShareOneSocket() {
        try (Listeners listeners = Listeners.open(posix, TWO, new ListenOptions(8, false, 3), List.of())) {
            listeners.ensureSlots(5);
            Listener shared = listeners.all().get(0);
            assertThat(shared.descriptors()).hasSize(1);
            assertThat(shared.descriptorFor(0)).isEqualTo(shared.descriptorFor(4));
        }
    }

    @Test
    void closingClosesAllOfThem() {
        Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
        Listeners listeners = open(3);
        listeners.ensureSlots(5);
        listeners.close();
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void aFailedGrowthLeavesTheListenerAsItWasAndNoSocketThatNobodyServes() {
        AtomicInteger binds = new AtomicInteger();
        Posix exhausted = PosixDoubles.failing("bind", Errno.ENOBUFS, arguments -> binds.incrementAndGet() > 4);
        try (Listeners listeners = Listeners.open(exhausted, TWO, new ListenOptions(8, true, 1), List.of())) {
            List<Listener> before = listeners.all();
            Map<Integer, String> open = OpenDescriptors.socketsAndPipes();
            assertThatThrownBy(() -> listeners.ensureSlots(9)).isInstanceOf(ListenException.class);
            assertThat(listeners.all()).isEqualTo(before);
            assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(open);
        }
    }

    private Listeners open(int slots) {
        return Listeners.open(posix, TWO, new ListenOptions(64, true, slots), List.of());
    }
}
