package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ToolsTest {
    @Test
    void findsWhatIsOnThePath() {
        assertThat(Tools.require("sh")).isExecutable();
    }

    @Test
    void skipsTheTestWithANameWhenAProgramIsMissing() {
        assertThatThrownBy(() -> Tools.require("no-such-program-anywhere"))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("no-such-program-anywhere is not on the PATH");
    }

    @Test
    void skipsTheTestWithTheReasonWhenATrialFails() {
        Tools.requireSuccess("never said", List.of("true"));
        assertThatThrownBy(() -> Tools.requireSuccess("this machine has no luck", List.of("false")))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("this machine has no luck");
    }
}
