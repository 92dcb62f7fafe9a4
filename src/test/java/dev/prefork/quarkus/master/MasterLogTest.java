package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.ConsoleSettings;
import dev.prefork.log.LogFormat;
import org.junit.jupiter.api.Test;

class MasterLogTest {
    private static final ConsoleSettings NONE = new ConsoleSettings(false, false);
    private static final ConsoleSettings FORMAT = new ConsoleSettings(true, false);
    private static final ConsoleSettings NO_CONSOLE = new ConsoleSettings(true, true);

    @Test
    void theConsoleIsOursUnlessQuarkusIsTold() {
        assertThat(MasterLog.isOurs(NONE, LogFormat.TEXT)).isTrue();
        assertThat(MasterLog.isOurs(NONE, LogFormat.JSON)).isTrue();
        assertThat(MasterLog.isOurs(FORMAT, LogFormat.TEXT)).isFalse();
        assertThat(MasterLog.isOurs(NO_CONSOLE, LogFormat.TEXT)).isFalse();
    }

    @Test
    void jsonOutweighsTheFormatOfQuarkusButNotThatThereIsNoConsole() {
        assertThat(MasterLog.isOurs(FORMAT, LogFormat.JSON)).isTrue();
        assertThat(MasterLog.isOurs(NO_CONSOLE, LogFormat.JSON)).isFalse();
    }

    @Test
    void quarkusKeepsItsConsoleWhereOursHasNotBegun() {
        assertThat(MasterLog.facts()).isEmpty();
    }
}
