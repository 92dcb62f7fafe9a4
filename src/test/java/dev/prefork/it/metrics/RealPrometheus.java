package dev.prefork.it.metrics;

import static dev.prefork.Waits.await;
import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A Prometheus that scrapes one target every second, and answers. Any thread. */
record RealPrometheus(int port) {
    /** A moment and a number, as its API writes them. */
    private static final Pattern POINT = Pattern.compile("\\[\\d+(?:\\.\\d+)?,\"([^\"]+)\"]");

    static RealPrometheus start(Processes processes, String program, Path directory, int target) throws IOException {
        Path config = Files.writeString(directory.resolve("prometheus.yml"), """
                global:
                  scrape_interval: 1s
                scrape_configs:
                  - job_name: prefork
                    metrics_path: /q/metrics
                    static_configs:
                      - targets: ['127.0.0.1:%d']
                """.formatted(target));
        int port = freePort();
        processes
                .command(
                        program,
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .start();
        RealPrometheus prometheus = new RealPrometheus(port);
        await("Prometheus")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> Http.get(port, "/-/ready").status() == 200);
        return prometheus;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return free.getLocalPort();
        }
    }

    /** All samples of a series, as they were scraped, from the first to the last. */
    List<Double> samples(String series) throws IOException {
        return points(series + "[1h]");
    }

    /** The one number that a query comes to. */
    double query(String query) throws IOException {
        List<Double> points = points(query);
        if (points.size() != 1) {
            throw new AssertionError(query + " comes to " + points);
        }
        return points.get(0);
    }

    private List<Double> points(String query) throws IOException {
        Answer answer = Http.get(port, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        if (answer.status() != 200) {
            throw new AssertionError(query + " is answered with " + answer);
        }
        return POINT.matcher(answer.body())
                .results()
                .map((MatchResult point) -> Double.valueOf(point.group(1)))
                .toList();
    }
}
