package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.config.Places;
import dev.prefork.config.Setting;
import dev.prefork.config.Settings;
import dev.prefork.config.UsageException;
import dev.prefork.container.Readings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckReportTest {
    private static final Readings READINGS = new Readings(
            OptionalDouble.of(2.5),
            OptionalInt.empty(),
            OptionalInt.of(8),
            OptionalLong.of(1L << 30),
            OptionalLong.of(1L << 34));

    @TempDir
    Path directory;

    @Test
    void theColumnsAreKeyValueAndOrigin() {
        Settings settings = load(Map.of(Setting.SHUTDOWN_GRACE_PERIOD, List.of("25s")));

        assertThat(CheckReport.of(settings, READINGS))
                .startsWith("The settings are valid.\n"
                        + "  workers                auto                      --workers (default)\n")
                .contains("\n  shutdown-grace-period  25s                       --shutdown-grace-period\n")
                .endsWith("\n  worker                 built-in\n"
                        + "2 workers: 2.5 cores by the CPU quota, 2 whole; memory limit 1 GiB carries 4\n");
    }

    @Test
    void theWorkersAskedForAreComparedWithWhatThereIs() {
        assertThat(CheckReport.of(load(Map.of(Setting.WORKERS, List.of("3"))), READINGS))
                .endsWith("3 workers, as configured\n"
                        + "auto would be 2 workers: 2.5 cores by the CPU quota, 2 whole;"
                        + " memory limit 1 GiB carries 4\n");
    }

    @Test
    void moreReadyWorkersThanAutoChoosesAreRefused() {
        Settings settings = load(Map.of(Setting.MIN_READY, List.of("3")));

        assertThatThrownBy(() -> CheckReport.of(settings, READINGS))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--min-ready 3: with 2 workers the pod would never be ready;");
    }

    @Test
    void severalListenersAndDialectsAreWrittenInOneWord() {
        String report = CheckReport.of(
                load(Map.of(
                        Setting.LISTEN, List.of("b=tcp4://127.0.0.1:2", "a=unix:///run/a.sock"),
                        Setting.DIALECT, List.of("nginx,einhorn", "stdin"))),
                READINGS);

        assertThat(report)
                .contains("  listen                 b=tcp4://127.0.0.1:2,a=unix:///run/a.sock --listen\n")
                .contains("  dialect                einhorn,nginx,stdin       --dialect\n");
    }

    private Settings load(Map<Setting, List<String>> options) {
        return Settings.load(options, List.of(), new Places(directory).sources());
    }
}
