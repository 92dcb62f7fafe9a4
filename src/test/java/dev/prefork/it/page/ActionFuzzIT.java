package dev.prefork.it.page;

import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests for actions of which none is right: each is refused in one piece, and nothing happens. */
class ActionFuzzIT {
    private static final int REQUESTS = Ring.rounds("prefork.requests", 400, 20_000);
    private static final String TOKEN = "a-token-for-the-fuzzer-0123456789";
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final int CLIENTS = 8;
    private static final int PATIENCE_MILLIS = 60_000;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void noneOfThemDoesAnything() throws Exception {
        StartedMaster master = StartedMaster.of(processes
                        .prefork(
                                Jdks.running(),
                                arguments("--listen 127.0.0.1:0 --workers 2", Scripts.python("pod/obedient.py")))
                        .env("PREFORK_ADMIN_TOKEN", TOKEN)
                        .start())
                .awaitReady();
        long first = master.workerPid(0);
        long second = master.workerPid(1);
        long seed = Long.getLong("prefork.seed", System.nanoTime());
        Map<String, Integer> answers = new ConcurrentHashMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                MalformedActions requests = new MalformedActions(new Random(seed + client), TOKEN);
                all.add(clients.submit(() -> {
                    for (int i = 0; i < REQUESTS / CLIENTS; i++) {
                        answers.merge(status(master.management(), i, requests.next(), seed), 1, Integer::sum);
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }

        assertThat(answers).containsKeys("400", "401", "405", "413", "415");
        assertThat(master.isReady()).isTrue();
        assertThat(master.workerPid(0)).isEqualTo(first);
        assertThat(master.workerPid(1)).isEqualTo(second);
        assertThat(Http.get(master.management(), "/prefork/status").body())
                .contains("\"desired\":2,", "\"state\":\"serving\"", "\"result\":\"none\"");
        master.stop();
    }

    private static String status(int port, int number, byte[] request, long seed) throws IOException {
        String answer = exchange(port, number, request);
        // A connection may be ended without an answer, where the request had no end.
        String status = answer.isEmpty() ? "none" : answer.substring(9, 12);
        assertThat(status)
                .as(
                        "request %s of seed %s: %s\n%s",
                        number, seed, new String(request, StandardCharsets.ISO_8859_1), answer)
                .isIn("none", "400", "401", "404", "405", "409", "413", "414", "415", "417", "429", "431", "505");
        assertThat(answer).doesNotContain("Exception", "\tat ", TOKEN);
        return status;
    }

    /** From many addresses, none of which has many wrong tokens. */
    private static String exchange(int port, int client, byte[] request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress("127.0.0." + (2 + client % 250), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
            } catch (IOException refused) {
                // It has been answered before all of it was sent.
            }
            return read(socket.getInputStream());
        }
    }

    /** Up to the end that its length tells: a refused connection is closed only after a while. */
    private static String read(InputStream in) {
        StringBuilder answer = new StringBuilder();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                answer.append((char) next);
                if (next == '\n' && answer.indexOf("\r\n\r\n") == answer.length() - 4) {
                    Matcher length = LENGTH.matcher(answer);
                    byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
                    return answer.append(new String(body, StandardCharsets.UTF_8))
                            .toString();
                }
            }
        } catch (IOException reset) {
            // What was sent after the refusal was not read.
        }
        return answer.toString();
    }
}
