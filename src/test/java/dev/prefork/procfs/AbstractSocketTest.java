package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AbstractSocketTest {
    private static final Path PROC = Path.of("/proc");

    private final Posix posix = Posix.system();
    private final String name = "prefork-test/" + UUID.randomUUID();
    private final AbstractSocket socket = new AbstractSocket(PROC, name);

    @Test
    void theProcessThatHasBoundTheNameIsFound() {
        int self = posix.getpid();
        Endpoint.Unix endpoint = new Endpoint.Unix("@" + name);
        int fd = posix.streamSocket(endpoint);
        try {
            assertThat(socket.holder(List.of(self))).as("not bound yet").isEmpty();
            posix.bind(fd, endpoint);
            assertThat(socket.holder(List.of(1_000_000_000, self))).hasValue(self);
            assertThat(socket.holder(List.of())).isEmpty();
            assertThat(new AbstractSocket(PROC, name.substring(1)).holder(List.of(self)))
                    .as("another name")
                    .isEmpty();
        } finally {
            posix.close(fd);
        }
        assertThat(socket.holder(List.of(self))).as("given up").isEmpty();
    }

    @Test
    void withoutAProcNothingIsFound() {
        assertThat(new AbstractSocket(Path.of("/nowhere"), name).holder(List.of(posix.getpid())))
                .isEmpty();
    }
}
