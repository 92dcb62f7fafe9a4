package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.quarkus.worker.HealthReports.Pace;
import dev.prefork.quarkus.worker.OwnChecks.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks that answer what the test wants, and a master that writes down what it is told. */
class HealthReportsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(5);
    private static final Pace FAST = new Pace(TICK, TICK, PATIENCE, PATIENCE, Duration.ofHours(1));

    private final Map<Kind, Supplier<CompletableFuture<Optional<String>>>> answers = new EnumMap<>(Kind.class);
    private final Map<Kind, AtomicInteger> asked = new EnumMap<>(Kind.class);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);

    HealthReportsTest() {
        for (Kind kind : Kind.values()) {
            asked.put(kind, new AtomicInteger());
            say(kind, Optional.empty());
        }
    }

    @AfterEach
    void stop() {
        stop.countDown();
    }

    private void say(Kind kind, Optional<String> down) {
        answer(kind, () -> CompletableFuture.completedFuture(down));
    }

    private void down(Kind kind, String reason) {
        say(kind, Optional.of(reason));
    }

    private void answer(Kind kind, Supplier<CompletableFuture<Optional<String>>> answer) {
        synchronized (answers) {
            answers.put(kind, answer);
        }
    }

    private CompletableFuture<Optional<String>> ask(Kind kind) {
        asked.get(kind).incrementAndGet();
        synchronized (answers) {
            return answers.get(kind).get();
        }
    }

    private HealthReports reports(Pace pace) {
        HealthReports.ToMaster master = new HealthReports.ToMaster() {
            @Override
            public void health(Optional<String> down) {
                told.add(down.map(reason -> "DOWN " + reason).orElse("UP"));
            }

            @Override
            public void recycle() {
                told.add("recycle");
            }
        };
        return new HealthReports(this::ask, master, stop, pace);
    }

    private void awaitAsked(Kind kind, int times) {
        int before = asked.get(kind).get();
        await().atMost(PATIENCE).until(() -> asked.get(kind).get() >= before + times);
    }

    @Test
    void theMasterKnowsBeforeTheWorkerIsReady() throws InterruptedException {
        down(Kind.READINESS, "database: refused");
        reports(FAST).beforeReady(true, () -> PATIENCE);

        assertThat(told).containsExactly("DOWN database: refused");
        assertThat(asked.get(Kind.LIVENESS)).hasValue(0);
    }

    @Test
    void aStartupCheckHoldsReadinessBack() throws InterruptedException {
        down(Kind.STARTUP, "cache: loading");
        HealthReports reports = reports(FAST);
        Thread start = startOf(reports, PATIENCE);
        awaitAsked(Kind.STARTUP, 3);
        assertThat(start.isAlive()).isTrue();
        assertThat(asked.get(Kind.READINESS)).hasValue(0);

        say(Kind.STARTUP, Optional.empty());
        start.join(PATIENCE.toMillis());
        assertThat(start.isAlive()).isFalse();
        assertThat(told).containsExactly("DOWN cache: loading", "UP");
    }

    @Test
    void oneThatComesAfterAnotherWaitsUntilItIsUp() throws InterruptedException {
        down(Kind.READINESS, "database: refused");
        Thread start = startOf(reports(FAST), PATIENCE);
        awaitAsked(Kind.READINESS, 3);
        assertThat(start.isAlive()).isTrue();

        say(Kind.READINESS, Optional.empty());
        start.join(PATIENCE.toMillis());
        assertThat(told).containsExactly("DOWN database: refused", "UP");
    }

    @Test
    void butNotForEver() throws InterruptedException {
        down(Kind.READINESS, "database: refused");
        reports(FAST).beforeReady(false, () -> Duration.ofMillis(50));
        assertThat(told).containsExactly("DOWN database: refused");
    }

    @Test
    void whatIsLeftOfTheStartCountsFromTheEndOfTheStartupChecks() throws InterruptedException {
        AtomicInteger looks = new AtomicInteger();
        down(Kind.READINESS, "database: refused");
        answer(
                Kind.STARTUP,
                () -> CompletableFuture.completedFuture(
                        looks.incrementAndGet() < 10 ? Optional.of("cache: loading") : Optional.empty()));
        // By then nothing is left.
        reports(FAST).beforeReady(false, () -> looks.get() < 10 ? PATIENCE : Duration.ZERO);
        assertThat(told).containsExactly("DOWN cache: loading", "DOWN database: refused");
    }

    @Test
    void checksThatHangDoNotKeepTheFirstWorkerFromServing() throws InterruptedException {
        answer(Kind.READINESS, CompletableFuture::new);
        Pace pace = new Pace(TICK, TICK, PATIENCE, Duration.ofMillis(50), Duration.ofHours(1));
        reports(pace).beforeReady(true, () -> PATIENCE);
        assertThat(told).containsExactly("DOWN its checks have not answered yet");
    }

    @Test
    void orAnyOtherForLongerThanIsLeft() throws InterruptedException {
        answer(Kind.READINESS, CompletableFuture::new);
        reports(FAST).beforeReady(false, () -> Duration.ofMillis(50));
        assertThat(told).containsExactly("DOWN its checks have not answered yet");
    }

    @Test
    void aStopEndsEveryWait() throws InterruptedException {
        down(Kind.STARTUP, "cache: loading");
        Thread start = startOf(reports(FAST), PATIENCE);
        awaitAsked(Kind.STARTUP, 2);
        stop.countDown();
        start.join(PATIENCE.toMillis());
        assertThat(start.isAlive()).isFalse();
        assertThat(told).doesNotContain("UP");
    }

    private static Thread startOf(HealthReports reports, Duration patience) {
        Thread thread = new Thread(() -> {
            try {
                reports.beforeReady(false, () -> patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void onlyChangesAreTold() {
        reports(FAST).begin();
        awaitAsked(Kind.READINESS, 5);
        assertThat(told).containsExactly("UP");

        down(Kind.READINESS, "a");
        await().atMost(PATIENCE).until(() -> told.contains("DOWN a"));
        awaitAsked(Kind.READINESS, 3);
        down(Kind.READINESS, "b");
        await().atMost(PATIENCE).until(() -> told.contains("DOWN b"));
        say(Kind.READINESS, Optional.empty());
        await().atMost(PATIENCE).until(() -> told.size() == 4);
        assertThat(told).containsExactly("UP", "DOWN a", "DOWN b", "UP");
    }

    @Test
    void whatHasNotChangedIsToldAgainAfterAWhile() {
        reports(new Pace(TICK, TICK, PATIENCE, PATIENCE, Duration.ofMillis(20))).begin();
        await().atMost(PATIENCE).until(() -> told.size() >= 3);
        assertThat(told).containsOnly("UP");
    }

    @Test
    void aStopIsNotTold() {
        reports(FAST).begin();
        await().atMost(PATIENCE).until(() -> told.contains("UP"));
        answer(Kind.READINESS, () -> {
            stop.countDown();
            return CompletableFuture.completedFuture(Optional.of("shutting down"));
        });
        await().atMost(PATIENCE).until(() -> stop.getCount() == 0);
        int before = asked.get(Kind.READINESS).get();
        assertThat(told).containsExactly("UP");
        assertThat(asked.get(Kind.READINESS)).hasValueLessThanOrEqualTo(before + 1);
    }

    @Test
    void livenessAsksForAReplacementOnceAfterThreeInARow() {
        AtomicInteger round = new AtomicInteger();
        // Twice DOWN, once UP, and so on: never three in a row.
        answer(
                Kind.LIVENESS,
                () -> CompletableFuture.completedFuture(
                        round.incrementAndGet() % 3 == 0 ? Optional.empty() : Optional.of("deadlock")));
        reports(FAST).begin();
        awaitAsked(Kind.LIVENESS, 9);
        assertThat(told).containsExactly("UP");

        down(Kind.LIVENESS, "deadlock");
        await().atMost(PATIENCE).until(() -> told.contains("recycle"));
        awaitAsked(Kind.LIVENESS, 9);
        assertThat(told).as("liveness is not readiness").containsExactly("UP", "recycle");
    }

    @Test
    void checksThatHangAreDownAndNotAskedAgainUntilTheyAnswer() {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        answer(Kind.READINESS, () -> answer);
        reports(new Pace(TICK, TICK, Duration.ofMillis(50), PATIENCE, Duration.ofHours(1)))
                .begin();
        await().atMost(PATIENCE).until(() -> told.contains("DOWN its checks have not answered yet"));
        awaitAsked(Kind.LIVENESS, 5);
        assertThat(asked.get(Kind.READINESS)).as("each might cost a thread").hasValue(1);

        say(Kind.READINESS, Optional.empty());
        answer.complete(Optional.empty());
        await().atMost(PATIENCE).until(() -> told.contains("UP"));
        awaitAsked(Kind.READINESS, 2);
    }

    @Test
    void checksThatCannotBeRunAreDownAndTriedAgain() {
        answer(Kind.READINESS, () -> CompletableFuture.failedFuture(new IllegalStateException("no bean")));
        reports(FAST).begin();
        String failed = "DOWN its checks could not be run: java.lang.IllegalStateException: ";
        await().atMost(PATIENCE).until(() -> told.contains(failed + "no bean"));
        answer(Kind.READINESS, () -> {
            throw new IllegalStateException("not even asked");
        });
        await().atMost(PATIENCE).until(() -> told.contains(failed + "not even asked"));
        say(Kind.READINESS, Optional.empty());
        await().atMost(PATIENCE).until(() -> told.contains("UP"));
    }

    @Test
    void theFirstOfASlotIsTheOneOfTheFirstGeneration() {
        assertThat(OwnHealth.isFirst(Map.of("PREFORK_GENERATION", "1"))).isTrue();
        assertThat(OwnHealth.isFirst(Map.of())).isTrue();
        assertThat(OwnHealth.isFirst(Map.of("PREFORK_GENERATION", "2"))).isFalse();
    }
}
