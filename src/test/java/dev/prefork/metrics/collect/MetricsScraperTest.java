package dev.prefork.metrics.collect;

import static dev.prefork.Waits.await;
import static dev.prefork.metrics.collect.ScriptedWorker.saying;
import static dev.prefork.metrics.collect.ScriptedWorker.showing;
import static dev.prefork.metrics.merge.Expositions.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.LeakCheck;
import dev.prefork.metrics.merge.Expositions;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.metrics.merge.Merger;
import dev.prefork.metrics.merge.Rejects;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.WorkerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With real servers: a worker's pid stands for its port here. */
class MetricsScraperTest {
    private static final Scrape.Counts MERGED = new Scrape.Counts(1, 0);
    private static final Scrape.Counts MISSING = new Scrape.Counts(0, 1);
    private static final String COUNTER = "# TYPE a counter\na_total ";

    private final LeakCheck leaks = new LeakCheck();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Rejects rejects = new Rejects(said::add);
    private final Merger merger =
            new Merger(GaugeRules.of(List.of()), Merger.Grouping.MERGED, Expositions.limits(1000), rejects);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Snapshot.Worker> ready = new ArrayList<>();
    private MetricsScraper scraper;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        leaks.assertNothingLeft();
    }

    private ScriptedWorker worker(ScriptedWorker.Script script) throws IOException {
        ScriptedWorker worker = ScriptedWorker.inet(script);
        open.add(worker);
        start(worker.port());
        return worker;
    }

    private void start(int pid) throws IOException {
        scraper("http://127.0.0.1:{pid}/metrics")
                .on(new Report.WorkerStarted(ready.size(), pid, StartReason.BOOT, OptionalInt.empty()));
        ready.add(new Snapshot.Worker(
                ready.size(), OptionalInt.of(pid), Optional.of(WorkerState.READY), 0, Optional.empty()));
    }

    private MetricsScraper scraper(String url) throws IOException {
        if (scraper == null) {
            scraper = new MetricsScraper(MetricsUrl.parse(url), merger, rejects, 1000);
            open.add(0, scraper);
        }
        return scraper;
    }

    private void exit(int pid) {
        scraper.on(new Report.WorkerExited(0, pid, new Exit(new WaitStatus.Exited(0), Exit.Cause.EXIT, false), 0));
    }

    /** A machine under load may take longer than a scrape waits: the next one has it. */
    private void awaitRefresh(Scrape.Counts counts) {
        await().until(() -> scraper.refresh(ready).equals(counts));
    }

    /** What does not depend on how busy this machine is. */
    private List<String> saidButForSlowness() {
        return said.stream().filter(line -> !line.endsWith("within 2 s")).toList();
    }

    private double counted() {
        double[] numbers = numbers(merger.merged(), "a_total");
        return numbers.length == 0 ? 0 : numbers[0];
    }

    @Test
    void whatAllWorkersShowIsMerged() throws IOException {
        ScriptedWorker one = worker(showing(COUNTER + "5\n"));
        worker(showing(COUNTER + "7\n"));
        worker(
                saying(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n# TYPE a counter\n\r\nb;x=y\r\na_total 10\n\r\n0\r\n\r\n"));
        worker(showing("# TYPE a counter\na_total 100\n# EOF\n"));

        awaitRefresh(new Scrape.Counts(4, 0));

        assertThat(counted()).isEqualTo(5 + 7 + 10 + 100);
        assertThat(one.requests().get(0))
                .startsWith("GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:" + one.port() + "\r\n")
                .contains("\r\nConnection: close\r\n", "\r\nAccept: ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void aUnixSocketIsAskedInTheSameWay(@TempDir Path directory) throws IOException {
        ScriptedWorker worker = ScriptedWorker.unix(directory.resolve("w0.sock"), showing(COUNTER + "5\n"));
        open.add(worker);
        scraper("unix:" + directory + "/w{slot}.sock:/m?x=y");
        start(4711);

        awaitRefresh(MERGED);

        assertThat(counted()).isEqualTo(5);
        assertThat(worker.requests().get(0)).startsWith("GET /m?x=y HTTP/1.0\r\nHost: localhost\r\n");
    }

    @Test
    void workersThatAreNotReadyAreNotAsked() throws IOException {
        ScriptedWorker worker = worker(showing(COUNTER + "5\n"));

        assertThat(scraper.refresh(List.of())).isEqualTo(new Scrape.Counts(0, 0));
        awaitRefresh(MERGED);
        assertThat(worker.requests()).isNotEmpty();
        assertThat(counted()).isEqualTo(5);
    }

    @Test
    void aWorkerThatNeverAnswersIsMissingAndHoldsUpNobodyAndItsNumbersStillCount() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        ScriptedWorker silent = worker(showing(COUNTER + "5\n"));
        ScriptedWorker other = worker(showing(COUNTER + "7\n"));
        awaitRefresh(new Scrape.Counts(2, 0));

        silent.does(connection -> never.await());
        other.does(showing(COUNTER + "8\n"));
        awaitRefresh(new Scrape.Counts(1, 1));

        assertThat(counted()).isEqualTo(5 + 8);
        await().until(() -> {
            scraper.refresh(ready);
            return said.stream()
                    .anyMatch(line -> line.contains("worker 0 does not expose its metrics at http://127.0.0.1:")
                            && line.endsWith("no response within 2 s"));
        });
        silent.does(showing(COUNTER + "6\n"));
        awaitRefresh(new Scrape.Counts(2, 0));
        assertThat(counted()).isEqualTo(6 + 8);
    }

    @Test
    void anAnswerThatComesLateIsThereForTheNextScrape() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        worker(connection -> {
            late.await();
            ScriptedWorker.write(connection, "HTTP/1.0 200 OK\r\n\r\n" + COUNTER + "5\n");
        });
        assertThat(scraper.refresh(ready)).isEqualTo(MISSING);
        assertThat(counted()).isZero();

        late.countDown();
        // Without being asked again; but on a machine that is very slow it may have been given up on by now.
        await().until(() -> counted() == 5 || !said.isEmpty());
        awaitRefresh(MERGED);
        assertThat(counted()).isEqualTo(5);
    }

    /** Some servers keep the connection, whatever they were asked. */
    @Test
    void anAnswerIsWholeWhenItsLengthSaysSo() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        String text = COUNTER + "5\n";
        worker(connection -> {
            showing(text).serve(connection);
            over.await();
        });
        awaitRefresh(MERGED);
        assertThat(counted()).isEqualTo(5);
        over.countDown();
    }

    @Test
    void anAnswerInPiecesIsPutTogether() throws IOException {
        worker(connection -> {
            for (String piece : ("HTTP/1.0 200 OK\r\nContent-Length: 27\r\n\r\n" + COUNTER + "5\n").split("(?<=.)")) {
                ScriptedWorker.write(connection, piece);
            }
        });
        awaitRefresh(MERGED);
        assertThat(counted()).isEqualTo(5);
    }

    @Test
    void aWorkerThatExitsWhileItIsAskedIsRetiredOnceAndNoAnswerBringsItBack() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CompletableFuture<Void> answered = new CompletableFuture<>();
        ScriptedWorker worker = worker(showing(COUNTER + "5\n# TYPE g gauge\ng 1\n"));
        awaitRefresh(MERGED);
        worker.does(connection -> {
            asked.countDown();
            answer.await();
            try {
                ScriptedWorker.write(connection, "HTTP/1.0 200 OK\r\n\r\n" + COUNTER + "50\n# TYPE g gauge\ng 1\n");
            } finally {
                answered.complete(null);
            }
        });
        assertThat(scraper.refresh(ready)).isEqualTo(MISSING);
        asked.await();

        exit(worker.port());
        exit(worker.port());
        answer.countDown();
        answered.get();

        assertThat(scraper.refresh(ready))
                .as("the snapshot is older than its end")
                .isEqualTo(MISSING);
        assertThat(scraper.refresh(List.of())).isEqualTo(new Scrape.Counts(0, 0));
        assertThat(counted()).isEqualTo(5);
        await().untilAsserted(() -> assertThat(numbers(merger.merged(), "g")).isEmpty());
        assertThat(counted()).isEqualTo(5);
    }

    @Test
    void generationsThatComeAndGoWhileTheyAreAskedAreCountedOnceEach() throws Exception {
        scraper("http://127.0.0.1:{pid}/metrics");
        for (int generation = 1; generation <= 30; generation++) {
            ready.clear();
            ScriptedWorker worker = worker(showing(COUNTER + "1\n"));
            awaitRefresh(MERGED);
            Thread scrape = new Thread(() -> scraper.refresh(ready));
            scrape.start();
            exit(worker.port());
            scrape.join();
            worker.close();
            assertThat(counted()).isEqualTo(generation);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "HTTP/1.0 500 Internal Server Error\r\n\r\na_total 1\n",
                "HTTP/1.0 404 Not Found\r\n\r\n",
                "HTTP/1.0 200 OK\r\nContent-Length: 500\r\n\r\na_total 1\n",
                "HTTP/1.0 200 OK\r\n\r\n# TYPE a_total counter\na_total 1",
                "HTTP/1.0 200 OK\r\nContent-Type: application/openmetrics-text\r\n\r\n# TYPE a counter\na_total 1\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void whatIsNoAnswerIsMissingAndSaidOnce(String answer) throws IOException {
        ScriptedWorker worker = worker(showing(COUNTER + "5\n"));
        awaitRefresh(MERGED);
        worker.does(saying(answer));

        await().until(() ->
                scraper.refresh(ready).equals(MISSING) && !saidButForSlowness().isEmpty());
        int before = worker.requests().size();
        await().until(() -> {
            scraper.refresh(ready);
            return worker.requests().size() > before + 2;
        });

        assertThat(saidButForSlowness())
                .singleElement()
                .asString()
                .startsWith("worker 0 does not expose its metrics at ");
        assertThat(counted()).as("what it said before").isEqualTo(5);
        worker.does(showing(COUNTER + "6\n"));
        awaitRefresh(MERGED);
        assertThat(counted()).isEqualTo(6);
    }

    @Test
    void linesThatCannotBeReadAreLeftOutAndCounted() throws IOException {
        worker(showing(COUNTER + "5\nhello world\n{} 7\n<html>\n"));
        awaitRefresh(MERGED);

        assertThat(counted()).isEqualTo(5);
        assertThat(rejects.of(Rejects.Reason.GARBAGE)).isGreaterThanOrEqualTo(3);
        assertThat(said).anyMatch(line -> line.startsWith("worker 0's metrics: line 3: "));
    }

    @Test
    void whatCannotBeIsCountedByItsReason() throws IOException {
        worker(showing(COUNTER + """
                5
                # TYPE b counter
                b -1
                # TYPE c counter
                c NaN
                # TYPE d_info info
                d_info 2
                # TYPE e gaugehistogram
                # TYPE h histogram
                h_bucket{le="1"} 3
                h_bucket{le="2"} 2
                h_count 3
                """));
        awaitRefresh(MERGED);

        assertThat(counted()).isEqualTo(5);
        for (Rejects.Reason reason : List.of(
                Rejects.Reason.NEGATIVE,
                Rejects.Reason.NAN,
                Rejects.Reason.INFO,
                Rejects.Reason.UNSUPPORTED,
                Rejects.Reason.BUCKETS)) {
            assertThat(rejects.of(reason)).as(reason.name()).isPositive();
        }
        assertThat(rejects.of(Rejects.Reason.GARBAGE)).isZero();
    }

    @Test
    void anEndlessAnswerIsCutOff() throws IOException {
        String much = "# ".repeat(1 << 19);
        worker(connection -> {
            ScriptedWorker.write(connection, "HTTP/1.0 200 OK\r\n\r\n");
            while (true) {
                ScriptedWorker.write(connection, much);
            }
        });
        ScriptedWorker other = worker(showing(COUNTER + "7\n"));

        // On a slow machine its time is over before its bytes are.
        await().until(() -> {
            scraper.refresh(ready);
            return said.stream().anyMatch(line -> line.matches(".*(more than \\d+ bytes|no response within 2 s)"));
        });
        awaitRefresh(new Scrape.Counts(1, 1));
        assertThat(other.requests()).isNotEmpty();
        assertThat(counted()).isEqualTo(7);
    }

    @Test
    void nobodyWhoListensIsMissingAndOneWhoseAddressCannotBeIsToo() throws IOException {
        ScriptedWorker gone = worker(showing(COUNTER + "5\n"));
        gone.close();
        start(70_000);

        await().until(() -> scraper.refresh(ready).equals(new Scrape.Counts(0, 2))
                && saidButForSlowness().size() == 2);
        assertThat(said).anyMatch(line -> line.contains("refused"));
        assertThat(said).anyMatch(line -> line.contains("not a port: 70000"));

        worker(showing(COUNTER + "7\n"));
        awaitRefresh(new Scrape.Counts(1, 2));
        assertThat(counted()).isEqualTo(7);
    }

    @Test
    void manyMayScrapeAtOnce() throws Exception {
        ScriptedWorker worker = worker(showing(COUNTER + "5\n"));
        worker(showing(COUNTER + "7\n"));
        List<Thread> scrapers = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> {
                    for (int n = 0; n < 25; n++) {
                        Scrape.Counts counts = scraper.refresh(ready);
                        if (counts.merged() + counts.missing() != 2) {
                            said.add("wrong: " + counts);
                        }
                    }
                }))
                .toList();
        scrapers.forEach(Thread::start);
        for (Thread scraper : scrapers) {
            scraper.join();
        }
        awaitRefresh(new Scrape.Counts(2, 0));

        assertThat(counted()).isEqualTo(12);
        assertThat(saidButForSlowness()).isEmpty();
        assertThat(worker.requests()).as("one question serves all who wait").hasSizeLessThanOrEqualTo(201);
    }

    @Test
    void closingEndsAllThatIsUnderWayAndMayBeDoneTwice() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        worker(connection -> never.await());
        worker(connection -> never.await());
        assertThat(scraper.refresh(ready)).isEqualTo(new Scrape.Counts(0, 2));

        scraper.close();
        scraper.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("prefork-visits");
        assertThat(scraper.refresh(ready)).as("nobody is asked any more").isEqualTo(new Scrape.Counts(0, 2));
    }

    @Test
    void anAnswerThatIsNoMetricsAtAllIsMissing() throws IOException {
        worker(saying("HTTP/1.0 200 OK\r\n\r\n<html><body>It works!</body></html>\n"));
        await().until(() -> scraper.refresh(ready).equals(MISSING) && !said.isEmpty());
        assertThat(rejects.of(Rejects.Reason.GARBAGE)).isPositive();
        assertThat(merger.merged().shape().families()).isEmpty();
    }
}
