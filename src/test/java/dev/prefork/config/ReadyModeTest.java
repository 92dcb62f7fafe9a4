package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Readiness;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadyModeTest {

    @Test
    void eachModeIsARuleOfTheSupervisors() {
        assertThat(new ReadyMode.Notify().readiness()).isEqualTo(Readiness.notification());
        assertThat(new ReadyMode.Auto().readiness()).isEqualTo(Readiness.automatic());
        assertThat(new ReadyMode.Delay(Duration.ofSeconds(5)).readiness())
                .isEqualTo(Readiness.after(Duration.ofSeconds(5)));
    }

    @Test
    void eachModeIsWrittenAsItIsGiven() {
        assertThat(new ReadyMode.Notify()).hasToString("notify");
        assertThat(new ReadyMode.Auto()).hasToString("auto");
        assertThat(new ReadyMode.Delay(Duration.ofMillis(1500))).hasToString("delay=1500ms");
    }
}
