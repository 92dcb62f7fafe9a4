package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What gunicorn has that other servers of {@link RecipesIT} have not: a master of its own. */
class ServersIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void gunicornServesFromTheSharedSocketAndIsReplacedWithAllItsChildren() {
        Tools.require("gunicorn");
        StartedMaster master = start(
                "--workers 2 --listen 127.0.0.1:0",
                List.of("gunicorn", "--workers", "1", "--chdir", resources(), "app:app"));
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        assertThat(before.get(0).pid()).isEqualTo(master.workerPid(0));
        assertThat(before.get(0).last()).isNotEqualTo(before.get(0).pid());

        Proc.signal(before.get(0).pid(), "KILL");

        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                        Proc.isAlive(before.get(0).last()))
                .isFalse());
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                        master.awaitAnswersOf(2).get(0).pid())
                .isNotEqualTo(before.get(0).pid()));
        WorkerAnswer after = master.awaitAnswersOf(2).get(0);
        assertThat(after.pid()).isEqualTo(master.workerPid(0));
        assertThat(master.awaitAnswersOf(2).get(1).pid())
                .isEqualTo(before.get(1).pid());
        master.stop();
    }

    /** As docs/MIGRATION.md tells it, word for word. */
    @Test
    void gunicornAsksToBeReplacedAfterSoManyRequestsAndLosesNone(@TempDir Path directory) throws Exception {
        Tools.require("gunicorn");
        Path configuration = Files.writeString(directory.resolve("gunicorn.conf.py"), blockOfTheGuide());
        StartedMaster master = start(
                "--workers 2 --listen 127.0.0.1:0 --max-requests 100 --recover-threshold 0",
                List.of(
                        "gunicorn",
                        "--workers",
                        "1",
                        "--config",
                        configuration.toString(),
                        "--chdir",
                        resources(),
                        "app:app"));
        master.process().awaitLine("all workers ready", SOON);
        try (OneRequestLoad load = new OneRequestLoad(2, () -> master.get("/"))) {
            master.process().awaitLines("worker \\d \\(pid \\d+\\) stopped after ", 4, SOON.multipliedBy(2));
            assertThat(load.stop()).isEmpty();
        }

        assertThat(master.metrics())
                .contains("prefork_worker_starts_total{reason=\"recover\"} 0", "prefork_recover_exits 0");
        master.stop();
    }

    private static String blockOfTheGuide() throws IOException {
        String guide = Files.readString(Path.of("docs/MIGRATION.md"));
        Matcher block = Pattern.compile("```python gunicorn\\.conf\\.py\n(.*?)```", Pattern.DOTALL)
                .matcher(guide);
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private StartedMaster start(String options, List<String> command) {
        return StartedMaster.of(
                processes.prefork(Jdks.running(), arguments(options, command)).start());
    }

    private static String resources() {
        return Scripts.path("command").toString();
    }
}
