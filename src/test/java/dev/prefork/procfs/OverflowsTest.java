package dev.prefork.procfs;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.listen.Clients;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listener;
import dev.prefork.listen.Listeners;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverflowsTest {
    private static final String NAMES = "TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPHPHits\n";

    @TempDir
    Path root;

    @Test
    void theNumberStandsBelowItsName() throws IOException {
        netstat(NAMES + "TcpExt: 1 42 43 4\nIpExt: InNoRoutes InOctets\nIpExt: 0 7\n");
        assertThat(overflows()).hasValue(42);
    }

    @Test
    void aNameInAnotherGroupIsAnotherCount() throws IOException {
        netstat("MPTcpExt: ListenOverflows A\nMPTcpExt: 9 9\n" + NAMES + "TcpExt: 1 42 43 4\n");
        assertThat(overflows()).hasValue(42);
    }

    @Test
    void everyReadingReadsAgain() throws IOException {
        Overflows overflows = Overflows.of(root);
        assertThat(overflows.read()).as("before there is a file").isEmpty();
        netstat(NAMES + "TcpExt: 1 0 0 4\n");
        assertThat(overflows.read()).hasValue(0);
        netstat(NAMES + "TcpExt: 1 3 3 4\n");
        assertThat(overflows.read()).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "TcpExt:",
                NAMES,
                NAMES + "TcpExt:\n",
                NAMES + "TcpExt: 1\n",
                NAMES + "TcpExt: 1 -42 43 4\n",
                NAMES + "TcpExt: 1 many 43 4\n",
                NAMES + "TcpExt: 1 99999999999999999999 43 4\n",
                "TcpExt: SyncookiesSent ListenDrops\nTcpExt: 1 2\n",
                "IpExt: ListenOverflows\nIpExt: 2\n"
            })
    void whatHasNoSuchCountIsAbsent(String content) throws IOException {
        netstat(content);
        assertThat(overflows()).isEmpty();
    }

    @Test
    void aFullQueueOfThisMachineIsCounted() throws Exception {
        OptionalLong before = Overflows.of(Path.of("/")).read();
        assumeTrue(before.isPresent(), "this machine has no such count");
        ListenOptions one = new ListenOptions(1, false, 1);
        try (Clients clients = new Clients();
                Listeners listeners = Listeners.open(
                        Posix.system(), ListenSpec.parseList(List.of("tcp4://127.0.0.1:0")), one, List.of())) {
            Listener listener = listeners.all().get(0);
            clients.connect(listener);
            clients.connect(listener);
            await().until(() -> listeners.queued() == 2);

            // A third gets no answer, and each of its attempts finds the queue full.
            assertThatThrownBy(() -> clients.connect("127.0.0.1", listener, 300))
                    .isInstanceOf(SocketTimeoutException.class);

            assertThat(Overflows.of(Path.of("/")).read().orElseThrow()).isGreaterThan(before.getAsLong());
        }
    }

    private OptionalLong overflows() {
        return Overflows.of(root).read();
    }

    private void netstat(String content) throws IOException {
        Path file = root.resolve("proc/net/netstat");
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
