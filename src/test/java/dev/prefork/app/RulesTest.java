package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
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
        Places places = new Places(directory).option(Options.WORKERS, workers);
        return (reusePort ? places.option(Options.REUSE_PORT, "true") : places).load("sleep", "1");
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
}
