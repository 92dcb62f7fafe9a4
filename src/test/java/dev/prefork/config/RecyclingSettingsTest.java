package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void workersAreToldAfterHowManyRequestsToAsk() {
        Settings settings = places().option(Options.MAX_REQUESTS, "1000").load();
        assertThat(Places.told(settings))
                .containsEntry("PREFORK_MAX_REQUESTS", "1000")
                .containsEntry("PREFORK_MAX_REQUESTS_JITTER", "100");
        assertThat(settings.warnings()).isEmpty();
        assertThat(Places.told(places().load())).doesNotContainKey("PREFORK_MAX_REQUESTS");
    }

    @Test
    void offOutweighsWhatTheyWouldInherit() {
        Settings settings = places().variable("PREFORK_MAX_REQUESTS", "1000")
                .option(Options.MAX_REQUESTS, "off")
                .load();
        assertThat(Places.told(settings)).containsEntry("PREFORK_MAX_REQUESTS", "0");
    }

    @Test
    void aCommandCountsByItselfAndThatIsSaid() {
        Settings settings = places().option(Options.MAX_REQUESTS, "1000").load("gunicorn");
        assertThat(Places.told(settings)).containsEntry("PREFORK_MAX_REQUESTS", "1000");
        assertThat(settings.warnings())
                .containsExactly(
                        "--max-requests 1000: Prefork cannot count the requests of this command, so no worker is"
                                + " replaced for them unless it asks by PREFORK_RECYCLE=1 on NOTIFY_SOCKET; it finds the number in"
                                + " PREFORK_MAX_REQUESTS, and docs/MIGRATION.md has an example");
        assertThat(places().option(Options.MAX_REQUESTS, "1000")
                        .load("java", "-jar", "a.jar")
                        .warnings())
                .as("it may have this project as a dependency")
                .isEmpty();
    }

    @Test
    void requestsHaveTheSameRules() {
        refuse(
                places().option(Options.MAX_REQUESTS, "0"),
                "--max-requests 0: a worker has to answer at least 1 request; give 1 or more, or off");
        refuse(
                places().option(Options.MAX_REQUESTS, "10").option(Options.MAX_REQUESTS_JITTER, "10"),
                "--max-requests-jitter 10 is not less than --max-requests 10: a worker could be replaced as soon as it is"
                        + " ready; lower the former or raise the latter");
        refuse(
                places().option(Options.MAX_REQUESTS_JITTER, "10"),
                "--max-requests-jitter 10 has no effect without a limit; set --max-requests too, or leave it out");
    }

    @Test
    void aLimitOfMemoryIsAnAmountOrAPart() {
        assertThat(recycling(places()).memory()).isEmpty();
        RecyclingSettings amount = recycling(places().option(Options.MAX_MEMORY, "512Mi"));
        assertThat(amount.memory().orElseThrow().bytes(OptionalLong.empty())).hasValue(512L << 20);
        assertThat(amount.memoryJitter().bytes(OptionalLong.empty())).hasValue(0);
        RecyclingSettings part =
                recycling(places().option(Options.MAX_MEMORY, "40%").option(Options.MAX_MEMORY_JITTER, "5%"));
        assertThat(part.memory().orElseThrow().bytes(OptionalLong.of(1000))).hasValue(400);
        assertThat(part.memoryJitter().bytes(OptionalLong.of(1000))).hasValue(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1023Ki", "1000", "0%", "0.0%"})
    void aLimitThatNoWorkerCouldKeepIsRefused(String amount) {
        refuse(
                places().option(Options.MAX_MEMORY, amount),
                "--max-memory " + amount
                        + ": no worker can do with so little, so each would be replaced at once; give more,"
                        + " such as 512Mi or 40%, or off");
    }

    @Test
    void jitterOfMemoryMustBeComparableAndLess() {
        refuse(
                places().option(Options.MAX_MEMORY, "1Gi").option(Options.MAX_MEMORY_JITTER, "5%"),
                "--max-memory-jitter 5% and --max-memory 1Gi cannot be compared: one is a part of the memory limit; give"
                        + " both as parts, or both as amounts");
        refuse(
                places().option(Options.MAX_MEMORY, "1Gi").option(Options.MAX_MEMORY_JITTER, "1024Mi"),
                "--max-memory-jitter 1024Mi is not less than --max-memory 1Gi: a worker could be replaced as soon as it is"
                        + " ready; lower the former or raise the latter");
        refuse(
                places().option(Options.MAX_MEMORY_JITTER, "5%"),
                "--max-memory-jitter 5% has no effect without a limit; set --max-memory too, or leave it out");
    }

    private static void refuse(Places places, String line) {
        assertThatThrownBy(places::load).isInstanceOf(UsageException.class).hasMessage(line);
    }
}
