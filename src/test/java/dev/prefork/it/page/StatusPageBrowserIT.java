package dev.prefork.it.page;

import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.FullRing;
import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.json.Json;
import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Level;
import dev.prefork.quarkus.master.page.EventReader;
import dev.prefork.quarkus.master.page.PageServer;
import dev.prefork.status.StatusSamples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The status page in a real Chromium, on a desktop and a phone, light and dark. Leaves pictures in {@code target/status-page}. */
@FullRing("it runs a browser")
class StatusPageBrowserIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Path PICTURES = Path.of("target/status-page");
    private static final String TOKEN = "a-token-for-the-browser";

    /** Long enough for the charts to have a line. */
    private static final int CHART_MILLIS = 5000;

    @RegisterExtension
    final Processes processes = new Processes();

    private RunningProcess browse(Map<String, ?>... tasks) throws IOException {
        Path node = Tools.require("node");
        Path chromium = Tools.require("chromium");
        // Its program lies in its package.
        Path playwright = Tools.require("playwright-core").toRealPath().getParent();
        Files.createDirectories(PICTURES);
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("playwright", playwright.toString());
        told.put("chromium", chromium.toString());
        told.put("tasks", List.of(tasks));
        return processes
                .command(node.toString(), Scripts.path("page/browser.js").toString(), Json.write(told))
                .start();
    }

    private static void awaitSuccess(RunningProcess browser) {
        assertThat(browser.awaitExit(PATIENCE)).as(browser::dump).isZero();
        assertThat(browser.stdout()).contains("passed: ").doesNotContain("FAILED");
    }

    private static Map<String, Object> task(String does, String name, int port, String state) {
        Map<String, Object> task = new LinkedHashMap<>();
        task.put("does", does);
        task.put("name", name);
        task.put("url", "http://127.0.0.1:" + port + "/prefork");
        task.put("state", state);
        return task;
    }

    private static Map<String, Object> look(String name, int port, String state, String... texts) {
        Map<String, Object> task = task("look", name, port, state);
        task.put("texts", List.of(texts));
        task.put("pictures", PICTURES.resolve(name).toString());
        task.put("wait", CHART_MILLIS / 2);
        return task;
    }

    private StartedMaster start(String options, List<String> command) {
        return StartedMaster.of(processes
                .prefork(Jdks.running(), arguments("--listen 127.0.0.1:0 " + options, command))
                .env("PREFORK_ADMIN_TOKEN", TOKEN)
                .start());
    }

    @Test
    void aPodThatServesAndOneThatDoesNotYet() throws IOException {
        StartedMaster serving =
                start("--workers 4", Scripts.python("page/hostile.py")).awaitReady();
        StartedMaster starting = start("--workers 2 --ready notify", List.of("sleep", "1000"));
        Map<String, Object> healthy =
                look("serving", serving.management(), "serving", "<img src=x onerror=", "all UP", "4 of 4");
        healthy.put("wait", CHART_MILLIS);
        healthy.put("rows", 4);
        Map<String, Object> scale = task("act", "action", serving.management(), "serving");
        scale.put("token", TOKEN);
        scale.put("workers", 5);
        awaitSuccess(browse(
                healthy,
                look("starting", starting.management(), "starting", "starting: 0 of 2 workers are ready", "◐"),
                scale));
        starting.process().signal("KILL");
        serving.stop();
    }

    @Test
    void aPodThatDrains() throws IOException {
        StartedMaster master = start("--workers 3 --drain-delay 10m --ready delay=0s", List.of("sleep", "1000"))
                .awaitReady();
        master.process().signal("TERM");
        awaitSuccess(browse(look(
                "draining", master.management(), "draining", "draining: unready, but still serving", "DOWN: ready")));
        master.process().signal("KILL");
    }

    @Test
    void twoHundredWorkers() throws IOException {
        StartedMaster master = start("--workers 200 --ready delay=0s", List.of("sleep", "1000"))
                .awaitReady();
        Map<String, Object> many = look("200-workers", master.management(), "serving", "200 of 200 workers ready");
        many.put("rows", 200);
        Map<String, Object> steady = task("steady", "200 workers", master.management(), "serving");
        steady.put("rows", 200);
        awaitSuccess(browse(many, steady));
        master.process().signal("KILL");
    }

    @Test
    void aPodInTrouble() throws IOException {
        try (PageServer server = new PageServer()) {
            server.show(StatusSamples.degraded());
            server.log(Entry.of(Level.INFO, EventName.WORKERS_READY, "all workers ready"));
            server.log(Entry.ofWorker(
                    1, 101, Level.WARN, EventName.WORKER_EXITED, "exited unexpectedly: killed by SIGKILL"));
            server.log(Entry.of(
                    Level.ERROR,
                    EventName.RELOAD_ABORTED,
                    "reload aborted: worker 1 (pid 101) was not ready within 60 s"));
            Map<String, Object> trouble = look(
                    "degraded",
                    server.port(),
                    "degraded",
                    "no connection on http has been accepted for 12 s while 37 wait",
                    "reload aborted: worker 1 (pid 101)",
                    "worker 1 restarts after a wait of 6.4 s",
                    "waits 6.4 s",
                    "★ leader");
            trouble.put("rows", 4);
            awaitSuccess(browse(trouble));
        }
    }

    @Test
    void aServerThatIsAwayForAWhile() throws IOException {
        RunningProcess browser;
        int port;
        try (PageServer server = new PageServer()) {
            port = server.port();
            server.show(StatusSamples.degraded());
            browser = browse(task("reconnect", "reconnect", port, "degraded"));
            browser.awaitLine("^opened$", PATIENCE);
        }
        browser.awaitLine("^lost$", PATIENCE);
        try (PageServer server = new PageServer(port)) {
            server.show(StatusSamples.draining("another"));
            browser.awaitLine("^back$", PATIENCE);
            awaitSuccess(browser);
        }
    }

    /** Hours in the background, in short: nothing runs in a frozen page, its connection ends, and another master takes the port. */
    @Test
    void aPageThatHasSleptWhileTheMasterWasReplaced(@TempDir Path directory) throws IOException {
        Path replaced = directory.resolve("replaced");
        RunningProcess browser;
        int port;
        try (PageServer server = new PageServer()) {
            port = server.port();
            server.show(StatusSamples.degraded());
            for (int i = 1; i <= 5; i++) {
                server.log(Entry.of(Level.INFO, EventName.SCALED, "entry " + i + " of the first"));
            }
            Map<String, Object> sleep = task("sleep", "sleep", port, "degraded");
            sleep.put("replaced", replaced.toString());
            browser = browse(sleep);
            browser.awaitLine("^frozen$", PATIENCE);
        }
        try (PageServer server = new PageServer(port)) {
            // Numbers begin anew with a master, and are less than those that the page has seen.
            server.log(Entry.of(Level.INFO, EventName.SCALED, "first of another"));
            server.log(Entry.of(Level.INFO, EventName.SCALED, "second of another"));
            String draining = new String(StatusSamples.draining("another"), StandardCharsets.UTF_8);
            String later = draining.replaceFirst("\"started\":\"[^\"]*\"", "\"started\":\"2026-12-01T09:29:59.000Z\"");
            server.show(later.getBytes(StandardCharsets.UTF_8));
            Files.createFile(replaced);
            browser.awaitLine("^awake$", PATIENCE);
            server.log(Entry.of(Level.INFO, EventName.SCALED, "third of another"));
            awaitSuccess(browser);
        }
    }

    @Test
    void aPageThatIsSentNoEventsSaysSoAndAsks() throws IOException {
        try (PageServer server = new PageServer(0, 1)) {
            server.show(StatusSamples.degraded());
            RunningProcess browser;
            try (EventReader first = new EventReader(server.port(), "")) {
                first.next("status");
                browser = browse(task("asking", "asking", server.port(), "degraded"));
                browser.awaitLine("^asks$", PATIENCE);
                server.show(StatusSamples.draining("another"));
                browser.awaitLine("^asked again$", PATIENCE);
            }
            awaitSuccess(browser);
        }
    }
}
