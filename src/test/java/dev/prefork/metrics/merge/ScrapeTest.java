package dev.prefork.metrics.merge;

import static dev.prefork.metrics.merge.Expositions.counter;
import static dev.prefork.metrics.merge.Expositions.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StopPhase;
import dev.prefork.supervise.WorkerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScrapeTest {
    private final List<String> order = new ArrayList<>();
    private final Merger merger = new Merger(
            GaugeRules.of(List.of()), Merger.Grouping.MERGED, Expositions.limits(1000), new Rejects(line -> {}));
    private List<WorkerState> states = List.of(WorkerState.READY);

    private Snapshot snapshot() {
        List<Snapshot.Worker> workers = new ArrayList<>();
        for (WorkerState state : states) {
            int slot = workers.size();
            workers.add(new Snapshot.Worker(slot, OptionalInt.of(100 + slot), Optional.of(state), 0, Optional.empty()));
        }
        workers.add(new Snapshot.Worker(workers.size(), OptionalInt.empty(), Optional.empty(), 5, Optional.empty()));
        return new Snapshot(
                3,
                workers,
                new Snapshot.Startup(true, 3, OptionalLong.empty()),
                StopPhase.NONE,
                new Snapshot.Recovery(0, 1, List.of()));
    }

    private Scrape scrape(Scrape.WorkerSource... sources) {
        return new Scrape(merger, List.of(sources), this::snapshot, () -> order.add("look"));
    }

    private static List<String> names(Exposition exposition) {
        return exposition.shape().families().stream().map(Family::name).toList();
    }

    @Test
    void workersAreReadFirstThenTheKernelThenTheMastersOwn() {
        Scrape scrape = scrape(
                ready -> {
                    order.add("one");
                    merger.observe(0, 100, counter("a_total", 5));
                    return new Scrape.Counts(2, 1);
                },
                ready -> {
                    order.add("other");
                    return new Scrape.Counts(1, 3);
                });
        assertThat(scrape.counts()).isEqualTo(new Scrape.Counts(0, 0));

        Exposition all = scrape.collect(() -> {
            order.add("own " + scrape.counts());
            return Exposition.EMPTY;
        });

        assertThat(order).containsExactly("one", "other", "look", "own " + new Scrape.Counts(3, 4));
        assertThat(scrape.counts()).as("of all sources together").isEqualTo(new Scrape.Counts(3, 4));
        assertThat(numbers(all, "a_total")).containsExactly(5);
    }

    @Test
    void onlyReadyWorkersAreExpectedToHaveSomethingToSay() {
        states = List.of(WorkerState.STARTING, WorkerState.READY, WorkerState.STOPPING, WorkerState.READY);
        List<Integer> expected = new ArrayList<>();
        scrape(ready -> {
                    ready.forEach(worker -> expected.add(worker.slot()));
                    return new Scrape.Counts(0, 0);
                })
                .collect(() -> Exposition.EMPTY);
        assertThat(expected).containsExactly(1, 3);
    }

    @Test
    void theMastersOwnAreNamedSoAndWhatIsNobodysIsNotShown() {
        Exposition own = Expositions.of(Kind.GAUGE, "prefork_workers", 2)
                .and(Kind.COUNTER, "application_total", 99)
                .and(Kind.GAUGE, "jvm_threads_live_threads", 17)
                .and(Kind.GAUGE, "process_cpu_usage", 0.5)
                .and(Kind.COUNTER, "process_cpu_time_ns_total", 1e9)
                .and(Kind.GAUGE, "system_cpu_count", 4)
                .and(Kind.SUMMARY, "jvm_gc_pause_seconds", 3, 0.25)
                .and(Kind.SUMMARY, "http_server_requests_seconds", 3, 0.25)
                .build();
        merger.observe(
                0,
                100,
                Expositions.of(Kind.GAUGE, "jvm_threads_live_threads", 5)
                        .and(Kind.COUNTER, "application_total", 7)
                        .build());

        Exposition all = scrape().collect(() -> own);

        assertThat(names(all))
                .containsExactly(
                        "prefork_workers",
                        "prefork_master_jvm_threads_live_threads",
                        "prefork_master_process_cpu_usage",
                        "prefork_master_jvm_gc_pause_seconds",
                        "application_total",
                        "jvm_threads_live_threads");
        assertThat(numbers(all, "prefork_master_jvm_gc_pause_seconds")).containsExactly(3, 0.25);
        assertThat(numbers(all, "prefork_master_jvm_threads_live_threads")).containsExactly(17);
        assertThat(numbers(all, "jvm_threads_live_threads")).containsExactly(5);
        assertThat(numbers(all, "application_total")).containsExactly(7);
    }

    @Test
    void withoutWorkersTheMastersOwnAreThere() {
        states = List.of();
        assertThat(names(scrape().collect(() -> counter("prefork_worker_starts_total", 1))))
                .containsExactly("prefork_worker_starts_total");
    }
}
