package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Variables that workers get besides what the master has, and what is filled in for each of them. */
class WorkerVariablesIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void workersGetVariablesFromOptionsAndFilesWithTheirSlotInThemAndInTheirArguments(@TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("app.env"), """
                # for the shop
                export QUOTED=" a, b "
                BOTH=file
                REPLACED=file
                """);
        String options = "--workers 2 --listen 127.0.0.1:0 --env-file " + file
                + " --env BOTH=1,2 --env PORT=910{slot} --env odd.name-1=x";
        StartedMaster master = StartedMaster.of(processes
                .prefork(Jdks.running(), arguments(options, Scripts.worker("--id={slot}", "{pid}")))
                .env("REPLACED", "inherited")
                .env("KEPT", "{slot}")
                .start());

        master.awaitAnswersOf(2).forEach((slot, answer) -> {
            WorkerView worker = new WorkerView(answer.pid());
            assertThat(worker.environment("QUOTED")).containsExactly(" a, b ");
            assertThat(worker.environment("BOTH")).containsExactly("1,2");
            assertThat(worker.environment("REPLACED")).containsExactly("file");
            assertThat(worker.environment("PORT")).containsExactly("910" + slot);
            assertThat(worker.environment("odd.name-1")).containsExactly("x");
            assertThat(worker.environment("KEPT")).containsExactly("{slot}");
            assertThat(worker.arguments()).endsWith("--id=" + slot, "{pid}");
        });
        master.stop();
    }
}
