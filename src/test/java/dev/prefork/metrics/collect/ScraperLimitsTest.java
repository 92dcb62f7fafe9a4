package dev.prefork.metrics.collect;

import static dev.prefork.Waits.await;
import static dev.prefork.metrics.collect.ScriptedWorker.showing;
import static dev.prefork.metrics.merge.Expositions.counter;
import static dev.prefork.metrics.merge.Expositions.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.metrics.merge.Expositions;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.metrics.merge.Limits;
import dev.prefork.metrics.merge.Merger;
import dev.prefork.metrics.merge.Rejects;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.WorkerState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers whose responses are more than there is memory for. */
class ScraperLimitsTest {
    private static final String COUNTER = "# TYPE a_total counter\na_total ";

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<ScriptedWorker> workers = new ArrayList<>();
    private final List<Snapshot.Worker> ready = new ArrayList<>();
    private Rejects rejects = new Rejects(said::add);
    private Merger merger =
            new Merger(GaugeRules.of(List.of()), Merger.Grouping.MERGED, Expositions.limits(1000), rejects);
    private MetricsScraper scraper;

    @AfterEach
    void close() {
        scraper.close();
        workers.forEach(ScriptedWorker::close);
    }

    private ScriptedWorker worker(ScriptedWorker.Script script) throws IOException {
        ScriptedWorker worker = ScriptedWorker.inet(script);
        workers.add(worker);
        if (scraper == null) {
            MetricsUrl url = MetricsUrl.parse("http://127.0.0.1:{pid}/metrics");
            scraper = new MetricsScraper(url, merger, rejects, 1000);
        }
        scraper.on(new Report.WorkerStarted(ready.size(), worker.port(), StartReason.BOOT, OptionalInt.empty()));
        ready.add(new Snapshot.Worker(
                ready.size(), OptionalInt.of(worker.port()), Optional.of(WorkerState.READY), 0, Optional.empty()));
        return worker;
    }

    private void awaitRefresh(Scrape.Counts counts) {
        await().until(() -> scraper.refresh(ready).equals(counts));
    }

    /** What does not depend on how busy this machine is. */
    private List<String> said() {
        return said.stream().filter(line -> !line.endsWith("within 2 s")).toList();
    }

    private double counted() {
        double[] numbers = numbers(merger.merged(), "a_total");
        return numbers.length == 0 ? 0 : numbers[0];
    }

    /** Nothing is ever unpacked: there is no Accept-Encoding in the request, and a response that is packed all the same is garbage. */
    @Test
    void aResponseThatIsPackedIsNotUnpacked() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            for (int i = 0; i < 1000; i++) {
                out.write(("bomb_total{i=\"" + i + "\"} 1\n").repeat(1000).getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] body = packed.toByteArray();
        ScriptedWorker bomb = worker(connection -> {
            ScriptedWorker.write(
                    connection,
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n\r\n");
            connection.write(ByteBuffer.wrap(body));
        });
        worker(showing(COUNTER + "7\n"));

        awaitRefresh(new Scrape.Counts(1, 1));
        await().until(() -> !said().isEmpty());
        assertThat(bomb.requests().get(0)).doesNotContainIgnoringCase("accept-encoding");
        assertThat(said().get(0)).startsWith("worker 0");
        assertThat(merger.merged().shape().rows()).isEqualTo(1);
    }

    /** As when there is no memory for a moment: a thread that ends with it would scrape no worker any more. */
    @Test
    void afterAFailureOfItsThreadWorkersAreStillScraped() throws IOException {
        Rejects failing = new Rejects(line -> {
            said.add(line);
            if (said.size() <= 2) {
                throw new OutOfMemoryError("for the test");
            }
        });
        rejects = failing;
        ScriptedWorker worker = worker(showing("no metric\n"));

        await().until(() -> {
            scraper.refresh(ready);
            return said.size() >= 3;
        });
        worker.does(showing(COUNTER + "7\n"));
        awaitRefresh(new Scrape.Counts(1, 0));
        assertThat(counted()).isEqualTo(7);
        assertThat(said).anyMatch(line -> line.startsWith("workers' metrics could not be scraped, trying again: "));
    }

    /** Many long responses at one time must not take the memory that a short one needs. */
    @Test
    void responsesAreCutOffThatTakeMoreThanTheirShareWhenThereAreTooMany() throws IOException {
        int workers = 8;
        merger = new Merger(GaugeRules.of(List.of()), Merger.Grouping.MERGED, Limits.of(8 << 20), rejects);
        merger.observe(workers, 4711, System.nanoTime(), counter("z_total", 1));
        String much = "# ".repeat(60 << 10);
        for (int i = 0; i < workers; i++) {
            worker(connection -> {
                ScriptedWorker.write(connection, "HTTP/1.0 200 OK\r\n\r\n" + much);
                // Neither goes on nor ends.
                connection.read(ByteBuffer.allocate(1));
            });
        }
        worker(showing(COUNTER + "7\n"));

        await().until(() -> {
            scraper.refresh(ready);
            return said.stream()
                    .anyMatch(line -> line.endsWith("the response is too long beside those of other workers"));
        });
        assertThat(rejects.of(Rejects.Reason.BYTES)).isPositive();
        await().until(() -> {
            scraper.refresh(ready);
            return counted() == 7;
        });
    }

    @Test
    void seriesBeyondTheMemoryOfOneWorkerAreLeftOut() throws IOException {
        merger = new Merger(GaugeRules.of(List.of()), Merger.Grouping.MERGED, Limits.of(2 << 20), rejects);
        StringBuilder many = new StringBuilder(COUNTER + "7\n# TYPE g gauge\n");
        for (int i = 0; i < 900; i++) {
            many.append("g{i=\"").append(i).append("\"} 1\n");
        }
        worker(showing(many.toString()));

        awaitRefresh(new Scrape.Counts(1, 0));
        assertThat(counted()).isEqualTo(7);
        int rows = merger.merged().shape().rows();
        assertThat(rows).isBetween(100, 800);
        assertThat(rejects.of(Rejects.Reason.BYTES)).isGreaterThanOrEqualTo(901 - rows);
        assertThat(said()).singleElement().asString().startsWith("worker 0 has more metrics than");
    }
}
