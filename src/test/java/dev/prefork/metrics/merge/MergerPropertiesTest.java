package dev.prefork.metrics.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random fleets: workers come, count, begin anew, expose now these families and now those, and go. Whatever they do, the merged
 * numbers are what was recorded and never run backwards. A failure names its seed.
 */
class MergerPropertiesTest {
    private static final int FLEETS = 400;
    private static final int STEPS = 60;
    private static final int NAMES = 5;

    @Test
    void theSumIsWhatWasRecordedAndNothingRunsBackwards() {
        for (long seed = 1; seed <= FLEETS; seed++) {
            new Fleet(seed, Merger.Grouping.MERGED).run();
            new Fleet(seed, Merger.Grouping.PER_WORKER).run();
        }
    }

    /** One worker: what its process has counted since it began, or began anew. */
    private static final class Worker {
        private final int slot;
        private final int pid;
        private final Map<String, double[]> counted = new TreeMap<>();

        Worker(int slot, int pid) {
            this.slot = slot;
            this.pid = pid;
        }
    }

    private static final class Fleet {
        private final long seed;
        private final Random random;
        private final Merger merger;
        private final boolean apart;
        private final List<Worker> workers = new ArrayList<>();
        private final Map<String, double[]> recorded = new HashMap<>();
        private final Map<String, double[]> shown = new HashMap<>();
        private int pids = 100;

        Fleet(long seed, Merger.Grouping grouping) {
            this.seed = seed;
            this.random = new Random(seed);
            this.apart = grouping == Merger.Grouping.PER_WORKER;
            this.merger =
                    new Merger(GaugeRules.of(List.of()), grouping, Expositions.limits(10_000), new Rejects(line -> {}));
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1 -> workers.add(new Worker(random.nextInt(3), pids++));
                    case 2 -> removeOne();
                    default -> work();
                }
                check(step);
            }
        }

        private void removeOne() {
            if (!workers.isEmpty()) {
                Worker gone = workers.remove(random.nextInt(workers.size()));
                merger.retire(gone.pid);
            }
        }

        private void work() {
            if (workers.isEmpty()) {
                return;
            }
            Worker worker = workers.get(random.nextInt(workers.size()));
            for (int i = random.nextInt(NAMES); i >= 0; i--) {
                record(worker, "m" + random.nextInt(NAMES));
            }
        }

        /** One observation between 0 and 4 in a counter, a histogram with the bounds 1 and 2, or a summary. */
        private void record(Worker worker, String name) {
            if (random.nextInt(12) == 0) {
                worker.counted.remove(name);
            }
            double value = random.nextDouble() * 4;
            double[] seen = kind(name) == Kind.COUNTER
                    ? new double[] {value}
                    : kind(name) == Kind.SUMMARY
                            ? new double[] {1, value}
                            : new double[] {1, value, value <= 1 ? 1 : 0, value <= 2 ? 1 : 0};
            // A counter that began anew and overtook itself between two looks cannot be told from one that went on.
            boolean anew = !worker.counted.containsKey(name);
            add(worker.counted.computeIfAbsent(name, ignored -> new double[seen.length]), seen);
            if (anew) {
                merger.observe(worker.slot, worker.pid, exposedWith(worker, name, new double[seen.length]));
            }
            add(recorded.computeIfAbsent(key(worker, name), ignored -> new double[seen.length]), seen);
            merger.observe(worker.slot, worker.pid, exposed(worker));
        }

        private String key(Worker worker, String name) {
            return apart ? name + " " + worker.slot : name;
        }

        private static void add(double[] to, double[] what) {
            for (int i = 0; i < to.length; i++) {
                to[i] += what[i];
            }
        }

        private static Kind kind(String name) {
            return switch (name.charAt(1) % 3) {
                case 0 -> Kind.COUNTER;
                case 1 -> Kind.HISTOGRAM;
                default -> Kind.SUMMARY;
            };
        }

        private Exposition exposed(Worker worker) {
            return exposition(worker.counted);
        }

        private Exposition exposedWith(Worker worker, String name, double[] values) {
            Map<String, double[]> changed = new TreeMap<>(worker.counted);
            changed.put(name, values);
            return exposition(changed);
        }

        private static Exposition exposition(Map<String, double[]> counted) {
            Expositions all = Expositions.of(Kind.GAUGE, "g", 1);
            counted.forEach((name, values) -> all.and(kind(name), name, values));
            return all.build();
        }

        private void check(int step) {
            Exposition merged = merger.merged();
            recorded.forEach((key, expected) -> {
                String name = key.substring(0, 2);
                String labels = apart ? "worker=\"" + key.substring(3) + "\"" : "";
                double[] is = Expositions.numbers(merged, name, labels);
                assertThat(is).as("seed %d, step %d, %s", seed, step, key).hasSameSizeAs(expected);
                double[] before = shown.getOrDefault(key, new double[expected.length]);
                for (int i = 0; i < is.length; i++) {
                    assertThat(is[i])
                            .as("seed %d, step %d, %s, number %d", seed, step, key, i)
                            .isCloseTo(expected[i], offset(1e-9))
                            .isGreaterThanOrEqualTo(before[i]);
                }
                shown.put(key, is);
            });
        }
    }

    /** The order in which doubles are added changes when workers go; the last bit of the sum must not. */
    @Test
    void roundingNeverLooksLikeACounterThatBeganAnew() {
        Merger merger = new Merger(
                GaugeRules.of(List.of()), Merger.Grouping.MERGED, Expositions.limits(10), new Rejects(line -> {}));
        Random random = new Random(11);
        double last = 0;
        for (int pid = 100; pid < 3000; pid++) {
            Family family = new Family("s", Kind.SUMMARY, "", "", List.of(Row.of("")));
            merger.observe(0, pid, new Exposition(new Shape(List.of(family)), new double[] {1, random.nextDouble()}));
            if (pid > 110) {
                merger.retire(pid - 1 - random.nextInt(10));
            }
            double sum = Expositions.numbers(merger.merged(), "s")[1];
            assertThat(sum).isGreaterThanOrEqualTo(last);
            last = sum;
        }
    }
}
