package dev.prefork;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.TestChild;
import dev.prefork.os.TestJvm;
import dev.prefork.os.WaitStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leadership among real processes. */
@Timeout(180)
class LeaderTest {
    private static final Map<String, String> WORKER =
            Map.of("PREFORK_CHILD", "1", "PREFORK_LEADER", "prefork/test/" + System.nanoTime());

    private static TestChild start(Map<String, String> environment) {
        return TestChild.start(TestJvm.command(LeaderChild.class.getName()), environment);
    }

    private static TestChild startLeader(Map<String, String> environment) {
        TestChild leader = start(environment);
        assertThat(leader.readLine()).isEqualTo("at first false");
        assertThat(leader.readLine()).isEqualTo("tried true");
        assertThat(leader.readLine()).isEqualTo("leads true");
        return leader;
    }

    private static TestChild startFollower() {
        TestChild follower = start(WORKER);
        assertThat(follower.readLine()).isEqualTo("at first false");
        assertThat(follower.readLine()).isEqualTo("tried false");
        return follower;
    }

    @Test
    void anotherLeadsWhenTheLeaderIsKilled() {
        try (TestChild leader = startLeader(WORKER);
                TestChild follower = startFollower()) {
            Posix.system().kill(leader.pid(), Signal.KILL);
            assertThat(leader.awaitEnd()).isEqualTo(new WaitStatus.Signaled(Signal.KILL.number(), false));
            assertThat(follower.readLine()).isEqualTo("leads true");
        }
    }

    @Test
    void anotherLeadsWhenTheLeaderBeginsToStop() {
        try (TestChild leader = startLeader(WORKER);
                TestChild follower = startFollower()) {
            Posix.system().kill(leader.pid(), Signal.TERM);
            assertThat(follower.readLine()).isEqualTo("leads true");
            assertThat(Posix.system().hasEnded(leader.pid()))
                    .as("it has only begun")
                    .isFalse();
        }
    }

    @Test
    void withoutAMasterEachProcessLeads() {
        try (TestChild one = startLeader(Map.of());
                TestChild other = startLeader(Map.of())) {
            assertThat(one.pid()).isNotEqualTo(other.pid());
        }
    }
}
