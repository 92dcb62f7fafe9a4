package dev.prefork.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.handoff.ListenEnvironment.Passed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenEnvironmentTest {
    private static final long PID = 4711;

    @Test
    void descriptorsBeginAtThreeInTheOrderOfTheirNames() {
        assertThat(read(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4711", "LISTEN_FDNAMES", "http:https")))
                .containsExactly(new Passed("http", 3), new Passed("https", 4));
    }

    @Test
    void withoutVariablesNothingIsPassed() {
        assertThat(read(Map.of())).isEmpty();
        assertThat(read(Map.of("LISTEN_FDS", " ", "LISTEN_PID", "4711"))).isEmpty();
        assertThat(read(Map.of("LISTEN_FDS", "0", "LISTEN_PID", "4711"))).isEmpty();
    }

    @Test
    void variablesMeantForAnotherProcessAreIgnored() {
        assertThat(read(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "4710"))).isEmpty();
        assertThat(read(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "4710", "PREFORK_CHILD", "1")))
                .isEmpty();
    }

    @Test
    void withoutAPidOnlyAMasterIsBelieved() {
        assertThat(read(Map.of("LISTEN_FDS", "1"))).isEmpty();
        assertThat(read(Map.of("LISTEN_FDS", "1", "PREFORK_CHILD", "0"))).isEmpty();
        assertThat(read(Map.of("LISTEN_FDS", "1", "PREFORK_CHILD", "1"))).containsExactly(new Passed("unknown", 3));
    }

    @Test
    void listenersWithoutNamesAreUnknown() {
        assertThat(read(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4711")))
                .extracting(Passed::name)
                .containsExactly("unknown", "unknown");
    }

    @Test
    void anEmptyNameKeepsItsPlace() {
        assertThat(read(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4711", "LISTEN_FDNAMES", ":https")))
                .extracting(Passed::name)
                .containsExactly("", "https");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "a:b:c", "http:"})
    void namesThatDoNotMatchTheCountAreRefused(String names) {
        String count = names.equals("http:") ? "3" : "2";
        assertThatThrownBy(() -> read(Map.of("LISTEN_FDS", count, "LISTEN_PID", "4711", "LISTEN_FDNAMES", names)))
                .isInstanceOf(AdoptionException.class)
                .hasMessageContaining("LISTEN_FDNAMES=" + names)
                .hasMessageContaining("LISTEN_FDS=" + count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two", "-1", "99999999999", "1.5"})
    void aCountThatIsNoneIsRefusedInOneLine(String count) {
        assertThatThrownBy(() -> read(Map.of("LISTEN_FDS", count, "LISTEN_PID", "4711")))
                .isInstanceOf(AdoptionException.class)
                .hasMessageStartingWith("LISTEN_FDS=" + count + " is not a number")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aPidThatIsNoneIsRefused() {
        assertThatThrownBy(() -> read(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "$$")))
                .isInstanceOf(AdoptionException.class)
                .hasMessageStartingWith("LISTEN_PID=$$ is not a number");
    }

    @Test
    void onlyTheValueOneMarksAChild() {
        Map<String, String> environment = new HashMap<>();
        assertThat(Variables.isChild(environment)).isFalse();
        environment.put("PREFORK_CHILD", "1");
        assertThat(Variables.isChild(environment)).isTrue();
        environment.put("PREFORK_CHILD", "");
        assertThat(Variables.isChild(environment)).isFalse();
    }

    private static List<Passed> read(Map<String, String> environment) {
        return ListenEnvironment.read(environment, PID);
    }
}
