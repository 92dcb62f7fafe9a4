package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

    private StartedMaster start(String options, List<String> command) {
        return StartedMaster.of(
                processes.prefork(Jdks.running(), arguments(options, command)).start());
    }

    private static String resources() {
        return Scripts.path("command").toString();
    }
}
