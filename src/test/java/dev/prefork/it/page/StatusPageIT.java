package dev.prefork.it.page;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.json.Json;
import dev.prefork.quarkus.master.page.EventReader;
import dev.prefork.status.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StatusPageIT {
    /** So many may watch from one, and this is the only one here. */
    private static final int OF_ONE_ADDRESS = 16;

    private static final String TOKEN = "a-token-for-the-black-box";

    @RegisterExtension
    final Processes processes = new Processes();

    private StartedMaster start(String options) {
        return StartedMaster.of(processes
                        .prefork(
                                Jdks.running(),
                                arguments("--listen 127.0.0.1:0 " + options, Scripts.python("pod/obedient.py")))
                        .env("PREFORK_ADMIN_TOKEN", TOKEN)
                        .start())
                .awaitReady();
    }

    private static Map<?, ?> status(StartedMaster master) throws IOException {
        return (Map<?, ?>)
                Json.read(Http.get(master.management(), "/prefork/status").body());
    }

    private static Object at(Object document, String... path) {
        Object value = document;
        for (String key : path) {
            value = ((Map<?, ?>) value).get(key);
        }
        return value;
    }

    private static Answer post(StartedMaster master, String action, String body, String token) throws IOException {
        try (Http connection = Http.open(Http.port(master.management()))) {
            return connection.send(
                    "POST",
                    "/prefork/" + action,
                    Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"),
                    body);
        }
    }

    @Test
    void theStatusOfARealMasterKeepsItsSchema() throws IOException {
        StartedMaster master = start("--workers 2");
        Schema schema = Schema.read(Path.of("docs/status.schema.json"));

        Map<?, ?> document = status(master);
        assertThat(schema.violations(document)).isEmpty();
        assertThat(at(document, "state")).isEqualTo("serving");
        assertThat(at(document, "workers", "ready")).isEqualTo(2L);
        assertThat((List<?>) document.get("slots")).hasSize(2);

        Proc.signal(master.workerPid(1), "KILL");
        await().until(() -> {
            Map<?, ?> now = status(master);
            assertThat(schema.violations(now)).isEmpty();
            return at(now, "recover", "exits").equals(1L)
                    && at(now, "workers", "ready").equals(2L);
        });
        assertThat(status(master).toString()).contains("restarts_total=1", "cause=signal");
        assertThat(Http.get(master.management(), "/prefork").body()).contains("<h1>Prefork");
        master.stop();
    }

    @Test
    void aWorkerThatIsStoppedBySignalIsAProblemAndChangesNoProbe() throws IOException {
        StartedMaster master = start("--workers 2");
        Schema schema = Schema.read(Path.of("docs/status.schema.json"));
        long pid = master.workerPid(1);
        assertThat(status(master).toString()).doesNotContain("halted");
        Proc.signal(pid, "STOP");
        await().until(() -> {
            Map<?, ?> now = status(master);
            assertThat(schema.violations(now)).isEmpty();
            String text = now.toString();
            return text.contains("halted=stopped")
                    && text.contains("worker 1 (pid " + pid + ") has been stopped by a signal such as SIGSTOP for ")
                    && text.contains("kill -CONT " + pid + " lets it go on, prefork kill 1 --now replaces it");
        });
        assertThat(at(status(master), "state")).isEqualTo("degraded");
        assertThat(master.isReady()).isTrue();
        assertThat(at(status(master), "health", "well")).isEqualTo(true);
        Proc.signal(pid, "CONT");
        await().until(() -> !status(master).toString().contains("halted"));
        assertThat(at(status(master), "state")).isEqualTo("serving");
        master.stop();
    }

    @Test
    void aDeathIsSeenByThoseWhoWatchAndTheirAnswersEndWithTheMaster() throws IOException {
        StartedMaster master = start("--workers 2");
        List<EventReader> watchers = new ArrayList<>();
        for (int i = 0; i < OF_ONE_ADDRESS; i++) {
            watchers.add(new EventReader(master.management(), ""));
        }
        assertThat(Http.get(master.management(), "/prefork/events").status()).isEqualTo(429);
        for (EventReader each : watchers) {
            assertThat(each.next("status").data()).contains("\"state\":\"serving\"");
        }
        assertThat(master.isReady()).as("probes are answered beside them").isTrue();

        Proc.signal(master.workerPid(0), "KILL");
        for (EventReader each : watchers) {
            assertThat(each.next(event ->
                                    event.kind().equals("log") && event.data().contains("SIGKILL"))
                            .data())
                    .contains("\"level\":\"");
            each.next(event -> event.kind().equals("status") && event.data().contains("\"restarts_total\":1"));
        }
        // One that leaves makes room, without anything being written to it.
        watchers.remove(0).close();
        await().until(() -> {
            try (EventReader another = new EventReader(master.management(), "")) {
                return another.head().get(0).contains(" 200 ");
            }
        });
        master.process().signal("TERM");
        for (EventReader each : watchers) {
            // An end, and no reset.
            await().until(() -> each.next() == null);
            each.close();
        }
        assertThat(master.process().awaitExit(SOON)).isZero();
    }

    @Test
    void whoHasTheTokenReloadsScalesReplacesAndStops() throws IOException {
        StartedMaster master = start("--workers 2");
        assertThat(post(master, "scale", "{\"workers\":3}", TOKEN + "x").status())
                .isEqualTo(401);
        assertThat(at(status(master), "workers", "desired")).isEqualTo(2L);

        assertThat(post(master, "scale", "{\"workers\":3}", TOKEN).status()).isEqualTo(202);
        await().until(() -> at(status(master), "workers", "ready").equals(3L));
        master.process()
                .awaitLine("scaling from 2 to 3 workers: asked by 127.0.0.1 over the management interface", SOON);
        assertThat(post(master, "scale", "{\"workers\":0}", TOKEN).status()).isEqualTo(409);

        long old = master.workerPid(1);
        assertThat(post(master, "kill", "{\"slot\":1}", TOKEN).status()).isEqualTo(202);
        await().until(() -> master.workerPid(1) != old && !Files.exists(Path.of("/proc", Long.toString(old))));
        assertThat(post(master, "kill", "{\"slot\":77}", TOKEN).status()).isEqualTo(409);

        assertThat(post(master, "reload", "", TOKEN).status()).isEqualTo(202);
        await().until(() -> at(status(master), "rollout", "result").equals("completed"));

        assertThat(post(master, "stop", "{}", TOKEN).status()).isEqualTo(202);
        assertThat(master.process().awaitExit(SOON)).isZero();
    }

    @Test
    void theTokenIsSeenNowhere() throws IOException {
        StartedMaster master = start("--workers 1");
        byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(master.workerPid(0)), "environ"));
        assertThat(new String(environment, StandardCharsets.ISO_8859_1))
                .contains("PREFORK_SLOT=0")
                .doesNotContain("ADMIN_TOKEN", TOKEN);
        assertThat(Http.get(master.management(), "/prefork/status").body()).doesNotContain(TOKEN);
        assertThat(master.process().dump()).doesNotContain(TOKEN);
        master.stop();

        for (String verb : List.of("check", "explain")) {
            RunningProcess report = processes
                    .prefork(Jdks.running(), verb, "--listen", "127.0.0.1:0")
                    .env("PREFORK_ADMIN_TOKEN", TOKEN)
                    .start();
            assertThat(report.awaitExit(SOON)).as(report::dump).isZero();
            assertThat(report.stdout() + report.stderr()).doesNotContain(TOKEN);
        }
    }

    @Test
    void withoutATokenNothingCanBeChanged() throws IOException {
        StartedMaster master = StartedMaster.of(processes
                        .prefork(
                                Jdks.running(),
                                arguments("--listen 127.0.0.1:0 --workers 1", Scripts.python("pod/obedient.py")))
                        .start())
                .awaitReady();
        for (String action : List.of("reload", "scale", "stop", "kill")) {
            assertThat(post(master, action, "{\"slot\":0}", "").status()).isEqualTo(403);
        }
        assertThat(master.isReady()).isTrue();
        master.stop();
    }
}
