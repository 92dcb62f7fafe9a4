package dev.prefork.it;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProcTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long SELF = ProcessHandle.current().pid();

    /** Above any pid that Linux gives, see proc(5) on pid_max. */
    private static final long NO_PROCESS = 1L << 23;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void seesASocketComeAndGoAmongTheDescriptors() throws Exception {
        Map<Integer, String> before = Proc.fds(SELF);
        Map<Integer, String> during;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            during = Proc.fds(SELF);
            assertThat(socket.getLocalPort()).isPositive();
        }

        assertThat(before).containsKeys(0, 1, 2);
        assertThat(during.values())
                .filteredOn(target -> !before.containsValue(target))
                .anyMatch(target -> target.startsWith("socket:"));
    }

    @Test
    void tellsAZombieFromTheLivingAndTheGone() {
        RunningProcess parent = processes
                .command("sh", "-c", "sleep 0.05 & echo $!; exec sleep 600")
                .start();
        long child = Long.parseLong(parent.awaitLine("^\\d+$", SOON).text());

        Awaitility.await().atMost(SOON).until(() -> Proc.state(child), Predicate.isEqual(Optional.of('Z')));

        assertThat(Proc.isAlive(child)).isFalse();
        assertThat(parent.children()).containsExactly(child);
        assertThat(Proc.isAlive(parent.pid())).isTrue();
        assertThat(Proc.state(NO_PROCESS)).isEmpty();
        assertThat(Proc.sameNamespace(parent.pid())).contains(SELF, parent.pid(), child);
        assertThat(Proc.sameNamespace(NO_PROCESS)).isEmpty();
    }

    @Test
    void readsGroupsAndCommandLinesWithOddNames() {
        RunningProcess odd = processes
                .command("setsid", "sh", "-c", "printf '%s' ') S 1 (' > /proc/$$/comm; echo up; read x", "two words")
                .start();
        odd.awaitLine("up", SOON);

        assertThat(Proc.group(odd.pid())).contains(odd.pid());
        assertThat(Proc.parent(odd.pid())).contains(SELF);
        assertThat(Proc.commandLine(odd.pid())).startsWith("sh", "-c").endsWith("two words");
    }

    @Test
    void namesThreads() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread named = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "a-name-longer-than-fifteen");
        named.start();
        await().untilAsserted(() -> assertThat(Proc.threads(SELF)).contains("a-name-longer-t"));
        end.countDown();
        named.join();
        await().untilAsserted(() -> assertThat(Proc.threads(SELF)).doesNotContain("a-name-longer-t"));
    }

    @Test
    void answersEmptyForThoseWhoDoNotExist() {
        assertThat(Proc.fds(NO_PROCESS)).isEmpty();
        assertThat(Proc.children(NO_PROCESS)).isEmpty();
        assertThat(Proc.threads(NO_PROCESS)).isEmpty();
        assertThat(Proc.environment(NO_PROCESS)).isEmpty();
        assertThat(Proc.commandLine(NO_PROCESS)).isEmpty();
        assertThat(Proc.group(NO_PROCESS)).isEmpty();
        assertThatThrownBy(() -> Proc.signal(NO_PROCESS, "TERM"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("cannot send TERM");
    }
}
