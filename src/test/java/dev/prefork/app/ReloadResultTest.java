package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import dev.prefork.config.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has come of a reading is known to the one who waits for it. */
class ReloadResultTest {
    @TempDir
    Path directory;

    private Settings settings;
    private final List<String> refused = new ArrayList<>();
    private final List<Duration> inForce = new ArrayList<>();
    private Reload asked;
    private OptionalInt version = OptionalInt.of(1);

    @BeforeEach
    void load() throws IOException {
        settings = new Places(directory).load();
    }

    private Reload reload(Supplier<Settings> anew) {
        asked = new Reload(new Configured(settings, anew), new Reload.Effect() {
            @Override
            public OptionalInt reload(Settings before, Settings now, Runnable takeOver, String why) {
                inForce.add(drainDelay());
                version.ifPresent(any -> takeOver.run());
                inForce.add(drainDelay());
                return version;
            }

            @Override
            public void refused(String why) {
                refused.add(why);
            }
        });
        return asked;
    }

    private Duration drainDelay() {
        return asked.settings().get(Options.DRAIN_DELAY);
    }

    /** Not before and not after that: what follows a change of the limits asks for them at any moment. */
    @Test
    void theNewSettingsAreInForceFromTheMomentAtWhichTheyAreTakenOver() {
        Settings longer = new Places(directory).file("prefork.drain-delay=7s\n").load();
        reload(() -> longer).accept("SIGHUP");
        assertThat(inForce).containsExactly(Duration.ZERO, Duration.ofSeconds(7));

        inForce.clear();
        version = OptionalInt.empty();
        reload(() -> longer).accept("SIGHUP");
        assertThat(inForce).as("too late").containsExactly(Duration.ZERO, Duration.ZERO);
        assertThat(drainDelay()).isZero();
    }

    @Test
    void itIsTheVersionThatWorkersAreReplacedBy() {
        Reload reload = reload(() -> settings);
        assertThat(reload.readings()).isZero();
        assertThat(reload.last().reading()).isZero();
        reload.accept("SIGHUP");
        assertThat(reload.last()).isEqualTo(new Reload.Result(1, OptionalInt.of(1), Optional.empty()));
        version = OptionalInt.of(5);
        reload.accept("SIGHUP");
        assertThat(reload.last()).isEqualTo(new Reload.Result(2, OptionalInt.of(5), Optional.empty()));
    }

    @Test
    void orWhyTheyAreNot() {
        Reload reload = reload(() -> {
            throw new UsageException("--workers=0: too few");
        });
        reload.accept("SIGHUP");
        assertThat(reload.last())
                .isEqualTo(new Reload.Result(1, OptionalInt.empty(), Optional.of("--workers=0: too few")));
        assertThat(refused).containsExactly("--workers=0: too few");
    }

    @Test
    void alsoWhenAParserFailsOrAStopHasBegun() {
        Reload broken = reload(() -> {
            throw new IllegalStateException("no quotes");
        });
        broken.accept("SIGHUP");
        assertThat(broken.last().refusal().orElseThrow()).startsWith("the settings cannot be read: ");

        version = OptionalInt.empty();
        Reload late = reload(() -> settings);
        late.accept("SIGHUP");
        assertThat(late.last()).isEqualTo(new Reload.Result(1, OptionalInt.empty(), Optional.of("a stop has begun")));
    }

    @Test
    void whileItIsReadThatIsKnown() {
        List<Long> seen = new ArrayList<>();
        Reload[] reload = new Reload[1];
        reload[0] = reload(() -> {
            seen.add(reload[0].readings());
            seen.add(reload[0].last().reading());
            return settings;
        });
        reload[0].accept("SIGHUP");
        assertThat(seen).containsExactly(1L, 0L);
    }
}
