package dev.prefork.it.metrics;

import static dev.prefork.Waits.await;
import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Built-in workers are replaced because they are old or have answered enough, under load, and no client notices. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RecyclingIT {
    private static final String STARTS = "prefork_worker_starts_total{reason=\"recycle\"}";
    private static final String PLANNED = "prefork_worker_exits_total{cause=\"exit\",planned=\"true\"}";
    private static final String STOPPED = "worker \\d \\(pid \\d+\\) stopped after ";

    @RegisterExtension
    final Processes processes = new Processes();

    /** With a threshold of 0 an exit that counted would end the master; what makes a boot cache would be one child more. */
    private MeteredMaster start(String... options) {
        String[] all = Stream.concat(Stream.of("--recover-threshold", "0", "--boot-cache", "off"), Stream.of(options))
                .toArray(String[]::new);
        return MeteredMaster.start(processes, all).awaitFirstGeneration();
    }

    private static void assertPlanned(MeteredMaster master, int atLeast) throws IOException {
        await("all workers ready")
                .atMost(PATIENCE)
                .until(() -> master.figures().of("prefork_workers{state=\"ready\"}") == 2);
        Figures figures = master.figures();
        assertThat(figures.of(STARTS)).isGreaterThanOrEqualTo(atLeast);
        assertThat(figures.of(PLANNED)).isGreaterThanOrEqualTo(atLeast);
        assertThat(figures.of("prefork_recover_exits")).isZero();
        assertThat(figures.samples().entrySet())
                .filteredOn(sample -> sample.getKey().contains("planned=\"false\""))
                .isNotEmpty()
                .allSatisfy(sample -> assertThat(sample.getValue()).isZero());
    }

    private static void stop(MeteredMaster master) {
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE)).isZero();
    }

    @Test
    void workersThatHaveAnsweredEnoughAreReplacedOneAtATimeAndNoRequestIsLostOrForgotten() throws IOException {
        MeteredMaster master = start("--workers", "2", "--max-requests", "150");
        try (NeverFalling watch = NeverFalling.watch(master);
                SteadyLoad load = SteadyLoad.start(master.port(), 8, 200)) {
            await("four replaced workers").atMost(PATIENCE).until(() -> {
                assertThat(master.process().children()).hasSizeLessThanOrEqualTo(3);
                return lines(master, STOPPED).size() >= 4;
            });
            load.awaitAnswers(load.answered() + 100, PATIENCE).stop();

            assertThat(load.breaks()).isEmpty();
            master.awaitCounted(load.answered());
            assertThat(watch.fallen()).isEmpty();
            System.err.println("RecyclingIT: " + lines(master, STOPPED).size() + " workers replaced under "
                    + load.answered() + " requests, nothing lost");
        }
        assertThat(lines(master, "worker \\d \\(pid \\d+\\) is to be replaced: it asked for that"))
                .hasSizeGreaterThanOrEqualTo(4);
        assertPlanned(master, 4);
        stop(master);
    }

    @Test
    void workersThatAreOldAreReplacedUnderFullLoad() throws IOException {
        MeteredMaster master = start("--workers", "2", "--max-lifetime", "3s", "--max-lifetime-jitter", "500ms");
        try (KeepAliveLoad load = KeepAliveLoad.start(master.port(), "/", 8).awaitAnswers(100)) {
            await("three replaced workers")
                    .atMost(PATIENCE)
                    .until(() -> lines(master, STOPPED).size() >= 3);
            LoadResult result = load.awaitAnswers(load.soFar().answered() + 100).stop();
            System.err.println("RecyclingIT: while workers became old: " + result);
            assertThat(result.failures()).isEmpty();
            assertThat(result.refused()).isZero();
        }
        assertThat(lines(master, "is to be replaced: it has reached its lifetime of 3 s"))
                .hasSizeGreaterThanOrEqualTo(3);
        assertPlanned(master, 3);
        stop(master);
    }

    /** The first request of such a connection comes as one of HTTP/1.1, to be upgraded. */
    @Test
    void eachStreamOfHttp2CountsOnce() throws Exception {
        MeteredMaster master = start("--workers", "1", "--max-requests", "20", "--max-requests-jitter", "0");
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        for (int i = 0; i < 20; i++) {
            assertThat(lines(master, "asking to be replaced")).as("after " + i).isEmpty();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + master.port() + "/"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        }

        master.process().awaitLine("answered 20 requests, asking to be replaced", PATIENCE);
        await("the end of the first")
                .atMost(PATIENCE)
                .until(() -> lines(master, STOPPED).size() == 1);
        stop(master);
    }

    private static List<OutputLine> lines(MeteredMaster master, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return master.process().output().stream()
                .filter(line -> pattern.matcher(line.text()).find())
                .toList();
    }
}
