package dev.prefork.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.procfs.AbstractSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeaderLookTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void whoLeadsIsLookedForOnceASecond() {
        Posix posix = Posix.system();
        String name = "prefork-test/" + UUID.randomUUID();
        LeaderLook look = new LeaderLook(new AbstractSocket(Path.of("/proc"), name));
        int self = posix.getpid();
        Endpoint.Unix endpoint = new Endpoint.Unix("@" + name);

        assertThat(look.look(List.of(self), 1)).as("it has none yet").isEmpty();
        int fd = posix.streamSocket(endpoint);
        try {
            posix.bind(fd, endpoint);
            assertThat(look.look(List.of(self), SECOND))
                    .as("too early to look again")
                    .isEmpty();
            assertThat(look.look(List.of(self), SECOND + 1)).hasValue(self);
        } finally {
            posix.close(fd);
        }
        assertThat(look.look(List.of(self), SECOND + 2)).as("of a second ago").hasValue(self);
        assertThat(look.look(List.of(self), 3 * SECOND))
                .as("it has released it")
                .isEmpty();
    }
}
