package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecyclingSettingsTest {
    @TempDir
    Path directory;

    private Places places() {
        return new Places(directory);
    }

    private static RecyclingSettings recycling(Places places) {
        return new RecyclingSettings(places.load());
    }

    @Test
    void byDefaultNoWorkerIsReplaced() {
        assertThat(recycling(places()).lifetime()).isEmpty();
        assertThat(recycling(places().option(Options.MAX_LIFETIME, "off")).lifetime())
                .isEmpty();
    }

    @Test
    void jitterIsATenthOrWhatIsGiven() {
        assertThat(recycling(places().option(Options.MAX_LIFETIME, "1h")).lifetimeJitter())
                .isEqualTo(Duration.ofMinutes(6));
        RecyclingSettings given =
                recycling(places().option(Options.MAX_LIFETIME, "1h").option(Options.MAX_LIFETIME_JITTER, "0s"));
        assertThat(given.lifetime()).contains(Duration.ofHours(1));
        assertThat(given.lifetimeJitter()).isZero();
    }

    @Test
    void aLifetimeThatIsTooShortIsRefused() {
        refuse(
                places().option(Options.MAX_LIFETIME, "999ms"),
                "--max-lifetime 999ms: workers would be replaced faster than they can start; give 1s or more, or off");
    }

    @Test
    void jitterMustBeLessThanItsLimit() {
        refuse(
                places().option(Options.MAX_LIFETIME, "1h").option(Options.MAX_LIFETIME_JITTER, "60m"),
                "--max-lifetime-jitter 1h is not less than --max-lifetime 1h: a worker could be replaced as soon as it is"
                        + " ready; lower the former or raise the latter");
    }

    @Test
    void jitterAloneHasNoEffect() {
        refuse(
                places().option(Options.MAX_LIFETIME_JITTER, "5s"),
                "--max-lifetime-jitter 5s has no effect without a limit; set --max-lifetime too, or leave it out");
    }

    private static void refuse(Places places, String line) {
        assertThatThrownBy(places::load).isInstanceOf(UsageException.class).hasMessage(line);
    }
}
