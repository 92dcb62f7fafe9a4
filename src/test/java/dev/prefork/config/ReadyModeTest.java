package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Readiness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadyModeTest {

    @Test
    void eachModeIsARuleOfTheSupervisors() {
        assertThat(ReadyMode.parse("notify").readiness()).isEqualTo(Readiness.notification());
        assertThat(ReadyMode.parse("auto").readiness()).isEqualTo(Readiness.automatic());
        assertThat(ReadyMode.parse("accept").readiness()).isEqualTo(Readiness.accepting());
        assertThat(ReadyMode.parse("http=/up").readiness()).isEqualTo(Readiness.answering());
        assertThat(ReadyMode.parse("delay=5s").readiness()).isEqualTo(Readiness.after(Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @CsvSource({
        "gunicorn app:app,true",
        "/usr/bin/gunicorn app:app,true",
        "sh -c exec gunicorn app:app;true,true",
        "python3 -m gunicorn app:app,true",
        "node gunicorn.js,false"
    })
    void gunicornAnnouncesItselfTooEarlyHoweverItIsStarted(String command, boolean early) {
        assertThat(ReadyMode.isAnnouncedTooEarlyBy(List.of(command.split(" ")))).isEqualTo(early);
    }

    @Test
    void aWholeUrlIsForWorkersThatListenByThemselves() {
        ReadyMode mode = ReadyMode.parse("http=http://127.0.0.1:300{slot}/healthz?pid={pid}");

        assertThat(mode.readiness()).isEqualTo(ReadyMode.parse("http=/healthz").readiness());
        assertThat(mode.path()).isEmpty();
        assertThat(mode.url().orElseThrow().target(1, 77)).satisfies(target -> {
            assertThat(target.address()).hasToString("/127.0.0.1:3001");
            assertThat(target.path()).isEqualTo("/healthz?pid=77");
        });
        assertThat(mode).hasToString("http=http://127.0.0.1:300{slot}/healthz?pid={pid}");
    }

    @Test
    void eachModeIsWrittenAsItIsGiven() {
        assertThat(ReadyMode.parse("notify")).hasToString("notify");
        assertThat(ReadyMode.parse("auto")).hasToString("auto");
        assertThat(ReadyMode.parse("delay=PT1.5S")).hasToString("delay=1500ms");
    }
}
