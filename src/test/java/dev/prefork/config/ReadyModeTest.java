package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Readiness;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadyModeTest {

    @Test
    void eachModeIsARuleOfTheSupervisors() {
        assertThat(ReadyMode.parse("notify").readiness()).isEqualTo(Readiness.notification());
        assertThat(ReadyMode.parse("auto").readiness()).isEqualTo(Readiness.automatic());
        assertThat(ReadyMode.parse("delay=5s").readiness()).isEqualTo(Readiness.after(Duration.ofSeconds(5)));
    }

    @Test
    void eachModeIsWrittenAsItIsGiven() {
        assertThat(ReadyMode.parse("notify")).hasToString("notify");
        assertThat(ReadyMode.parse("auto")).hasToString("auto");
        assertThat(ReadyMode.parse("delay=PT1.5S")).hasToString("delay=1500ms");
    }
}
