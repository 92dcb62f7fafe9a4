package dev.prefork.it.command;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A file of the settings that does not answer: a FIFO is like one on a network file system that hangs. */
class ReloadReadingIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private Path variables;
    private Path properties;

    @BeforeEach
    void first() throws IOException {
        variables = Files.writeString(directory.resolve("app.env"), "VERSION=one\n");
        properties = Files.createDirectory(directory.resolve("config")).resolve("application.properties");
        Files.writeString(properties, "");
    }

    private StartedMaster start() {
        String options =
                "--workers 1 --ready notify --listen 127.0.0.1:0 --env-file " + variables + " --watch " + variables;
        return StartedMaster.of(processes
                        .prefork(Jdks.running(), arguments(options, Scripts.python("pod/obedient.py")))
                        .in(directory)
                        .start())
                .awaitReady();
    }

    private void hang() throws Exception {
        Files.delete(properties);
        assertThat(new ProcessBuilder("mkfifo", properties.toString()).start().waitFor())
                .isZero();
    }

    /** What opens a FIFO to write waits in open(2) for a reader, as the reader does for it; see fifo(7). */
    private void answer(String text) throws IOException {
        Files.writeString(properties, text);
    }

    private static long handlers(StartedMaster master) {
        return Proc.threads(master.process().pid()).stream()
                .filter(name -> name.startsWith("SIGHUP handler"))
                .count();
    }

    @Test
    void theMasterGoesOnAndAsksForOneReadingMore() throws Exception {
        StartedMaster master = start();
        hang();

        for (int asked = 1; asked <= 5; asked++) {
            int times = asked;
            master.process().signal("HUP");
            await("the signal")
                    .until(() -> master.metrics().contains("prefork_signals_total{signal=\"HUP\"} " + times));
        }
        await("the end of their threads").until(() -> handlers(master) == 0);
        master.process().signal("TTIN");
        master.awaitAnswersOf(2);
        assertThat(master.process().stdout()).doesNotContain("reloading");

        answer("prefork.recover-threshold=7\n");
        master.process().awaitLine("reloading 2 workers: SIGHUP", SOON);
        answer("prefork.recover-threshold=8\n");
        Files.delete(properties);
        Files.writeString(properties, "");

        master.process().awaitLines("reloading 2 workers: SIGHUP", 2, SOON);
        master.awaitReloaded(2);
        assertThat(master.metrics()).contains("prefork_recover_threshold 8");
        master.stop();
        assertThat(master.process().stdout().split("reloading 2 workers: SIGHUP"))
                .as("one reading for the first signal, and one for the four others")
                .hasSize(3);
    }

    @Test
    void aStopWaitsForNoReadingWhetherASignalOrAFileHasAskedForIt() throws Exception {
        StartedMaster master = start();
        hang();

        Files.writeString(variables, "VERSION=two\n");
        master.process().signal("HUP");
        await("the signal").until(() -> master.metrics().contains("prefork_signals_total{signal=\"HUP\"} 1"));

        master.stop();
        assertThat(master.process().stdout()).doesNotContain("reloading");
    }
}
