package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import dev.prefork.config.UsageException;
import dev.prefork.config.Workload;
import dev.prefork.container.Readings;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesTest {
    private static final Readings MACHINE = new Readings(
            OptionalDouble.of(2),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalLong.of(64L << 30));

    @TempDir
    Path directory;

    private Settings settings(String workers, boolean reusePort) {
        return places(workers, reusePort).load("sleep", "1");
    }

    private Places places(String workers, boolean reusePort) {
        Places places = new Places(directory).option(Options.WORKERS, workers);
        return reusePort ? places.option(Options.REUSE_PORT, "true") : places;
    }

    /** By {@code auto}, which is checked against the container only, or else the settings would be refused before. */
    private Settings auto(int minReady, boolean reusePort) {
        return places("auto", reusePort)
                .option(Options.MIN_READY, "" + minReady)
                .load("sleep", "1");
    }

    private Rules rules(String workers, boolean reusePort) {
        Settings settings = settings(workers, reusePort);
        return new Rules(new Workload(settings, Map.of()), MACHINE, Integer.parseInt(workers));
    }

    @Test
    void asManyAsAreWantedByTheSettingsOrByASignal() {
        Rules anew = rules("2", false).with(settings("3", false), MACHINE);

        assertThat(anew.workers()).isEqualTo(3);
        assertThat(anew.soon(2)).isEqualTo(3);
        assertThat(anew.soon(5)).isEqualTo(5);
    }

    @Test
    void asManyAsThereAreSocketsOfTheirOwn() {
        Rules anew = rules("2", true).with(settings("3", true), MACHINE);

        assertThat(anew.workers()).isEqualTo(2);
        assertThat(anew.soon(5)).isEqualTo(2);
        assertThat(anew.policy().workers().clamp(5)).isEqualTo(2);
    }

    /** Or a worker would be asked for that has no socket. */
    @Test
    void moreReadyOnesThanSocketsAreRefused() {
        Rules anew = rules("2", true).with(auto(3, true), MACHINE);

        assertThat(anew.workers()).isEqualTo(2);
        assertThat(anew.soon(2)).isEqualTo(2);
        assertThat(anew.policy().workers().clamp(3)).isEqualTo(2);
        assertThatThrownBy(anew::requireReachable)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--min-ready 3")
                .hasMessageContaining("with 2 workers the pod would never be ready");
    }

    /** As the next start by the same settings will be. */
    @Test
    void moreReadyOnesThanTheLimitsCarryAreRefused() {
        Rules anew = rules("2", false).with(auto(3, false), MACHINE);

        assertThat(anew.workers()).isEqualTo(2);
        assertThatThrownBy(anew::requireReachable)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("with 2 workers the pod would never be ready");
        rules("2", false).with(auto(2, false), MACHINE).requireReachable();
    }

    @Test
    void limitsThatFallLeaveAsManyAsHaveToBeReady() {
        Rules less = rules("2", false).with(auto(3, false), MACHINE);

        assertThat(less.policy().workers().initial()).isEqualTo(3);
        assertThat(less.policy().workers().clamp(less.workers())).isEqualTo(3);
    }
}
