package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
}
