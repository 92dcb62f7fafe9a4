package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.handoff.Leadership;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus.Exited;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Built-in workers of one master, one of which leads. Each has a listener of its own, so that each can be asked. */
@Timeout(180)
class LeadershipIT {
    private final String name = Leadership.randomName(1);
    private final MasterSocket first = MasterSocket.tcp();
    private final MasterSocket second = MasterSocket.tcp();

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private TestWorker start(MasterSocket listener) {
        return new TestWorker.Builder()
                .listener("http", listener)
                .option("-Dquarkus.profile=test")
                .environment("PREFORK_LEADER", name)
                .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "120s")
                .startServing();
    }

    private static boolean leads(MasterSocket listener) {
        String answer = Client.get(listener.endpoint(), "/lead");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        return answer.endsWith("\r\n\r\ntrue\n");
    }

    /** Not only when its last request is answered, which may take as long as the grace period. */
    @Test
    void aWorkerThatIsAskedToStopLeavesTheLeadAtOnce() {
        try (TestWorker leader = start(first);
                TestWorker follower = start(second)) {
            assertThat(leads(first)).isTrue();
            assertThat(leads(second)).isFalse();
            assertThat(leads(first)).isTrue();

            CompletableFuture<String> inFlight =
                    CompletableFuture.supplyAsync(() -> Client.get(first.endpoint(), "/work?ms=10000"));
            Waits.await()
                    .pollDelay(Duration.ofMillis(200))
                    .until(() -> Posix.system().acceptQueue(first.descriptor()).length() == 0);
            leader.terminate();
            Waits.await().until(() -> leads(second));
            assertThat(inFlight).as("the old leader still works").isNotDone();
            assertThat(inFlight.join()).contains("worked 10000 ms");
            assertThat(leader.awaitEnd()).isEqualTo(new Exited(143));
            assertThat(follower.lines()).hasSize(1);
        }
    }

    @Test
    void anotherLeadsWhenTheLeaderIsKilled() {
        try (TestWorker leader = start(first);
                TestWorker follower = start(second)) {
            assertThat(leads(first)).isTrue();
            assertThat(leads(second)).isFalse();
            Posix.system().kill(leader.pid(), Signal.KILL);
            leader.awaitEnd();
            assertThat(leads(second)).isTrue();
            assertThat(follower.lines()).hasSize(1);
        }
    }
}
