package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReloadableTest {
    @TempDir
    Path directory;

    private Reloadable change(String before, String after) {
        Settings started = new Places(directory).file(before).load();
        return new Reloadable(started, new Places(directory).file(after).load());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prefork.listen=127.0.0.1:1 | prefork.listen=127.0.0.1:2 |"
                        + " prefork.listen=http=tcp4://127.0.0.1:2 (config/application.properties) was"
                        + " http=tcp4://127.0.0.1:1 at the start",
                "prefork.backlog=10 | | --backlog 4096 (default) was 10 at the start",
                " | prefork.reuse-port=true | prefork.reuse-port=true (config/application.properties) was false at the start",
                " | prefork.dialect=einhorn | prefork.dialect=einhorn (config/application.properties) was",
            })
    void listenersCannotChange(String before, String after, String line) {
        Reloadable change = change(before == null ? "" : before, after == null ? "" : after);

        assertThatThrownBy(change::requireSameListeners)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(line)
                .hasMessageEndingWith("change it back, or replace the pod");
    }

    @Test
    void whatWorkersAreToldCan() {
        Reloadable change = change(
                "prefork.env=A=1",
                "prefork.env=A=2\nprefork.workers=3\nprefork.worker-java-options=-Xmx64m\nprefork.max-surge=2");

        assertThatCode(change::requireSameListeners).doesNotThrowAnyException();
        assertThat(change.unheeded()).isEmpty();
    }

    @Test
    void whatTheMasterFollowsCan() {
        Reloadable change = change(
                "prefork.recover-threshold=3",
                "prefork.shutdown-grace-period=5s\nprefork.stop-signal=TERM\nprefork.drain-delay=2s\nprefork.max-requests=100\nprefork.warmup=/a");

        assertThat(change.unheeded()).isEmpty();
        assertThat(change.inForce().get(Options.SHUTDOWN_GRACE_PERIOD)).hasSeconds(5);
        assertThat(change.inForce().get(Options.DRAIN_DELAY)).hasSeconds(2);
        assertThat(change.inForce().get(Options.RECOVER_THRESHOLD)).isEmpty();
        assertThat(Places.told(change.inForce()))
                .containsEntry("PREFORK_SHUTDOWN_GRACE_PERIOD", "5s")
                .containsEntry("PREFORK_MAX_REQUESTS", "100")
                .containsEntry("PREFORK_WARMUP", "/a");
    }

    @Test
    void whatWaitsIsNotInForce() {
        Reloadable change = change("prefork.watchdog=60s", "prefork.standby=2\nprefork.max-memory=1Gi");

        assertThat(change.inForce().get(Options.WATCHDOG)).contains(Duration.ofSeconds(60));
        assertThat(change.inForce().get(Options.STANDBY)).isZero();
        assertThat(change.inForce().get(Options.MAX_MEMORY)).isEmpty();
        assertThat(change.unheeded()).hasSize(3);
    }

    @Test
    void whatContradictsWhatWaitsIsRefused() {
        Reloadable change = change("prefork.ready=delay=30s", "prefork.ready=delay=1s\nprefork.start-timeout=10s");

        assertThatThrownBy(change::inForce).isInstanceOf(UsageException.class).hasMessageContaining("delay=30s");
    }

    @Test
    void whatWaitsForTheNextPodIsNamed() {
        Reloadable change = change("", "prefork.metrics-per-worker=true\nprefork.pod-grace-period=60s");

        assertThatCode(change::requireSameListeners).doesNotThrowAnyException();
        assertThat(change.unheeded())
                .containsExactlyInAnyOrder(
                        "prefork.metrics-per-worker=true (config/application.properties) was false at the start:"
                                + " it takes effect when the pod is replaced",
                        "prefork.pod-grace-period=60s (config/application.properties) was not given at the start:"
                                + " it takes effect when the pod is replaced");
    }

    @Test
    void theSameIsNoChange() {
        Reloadable change = change(
                "prefork.listen=unix:///x\nprefork.min-ready=2", "prefork.min-ready=2\nprefork.listen=unix:///x");

        assertThatCode(change::requireSameListeners).doesNotThrowAnyException();
        assertThat(change.unheeded()).isEmpty();
    }

    @Test
    void theGuideNamesAllThatIsTakenOver() throws IOException {
        String guide = Files.readString(Path.of("docs/OPERATIONS.md"));
        String list = guide.replaceFirst("(?s).*Taken over from there: variables,(.*?)\\n- \\*\\*.*", "$1");
        List<String> named = Pattern.compile("`(--[a-z-]+)`")
                .matcher(list)
                .results()
                .map(word -> word.group(1))
                .toList();

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(Reloadable.TAKEN_OVER.stream()
                        .filter(option -> !Set.of(Options.ENV, Options.ENV_FILE).contains(option))
                        .map(option -> "--" + option.name())
                        .toList());
    }
}
