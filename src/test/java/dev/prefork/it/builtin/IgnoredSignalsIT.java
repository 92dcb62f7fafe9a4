package dev.prefork.it.builtin;

import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Signals that are for a master, sent to one of its workers. */
class IgnoredSignalsIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @Test
    void aWorkerServesOnAndWritesNoFile() throws IOException {
        RunningMaster master = RunningMaster.of(RunningMaster.launch(processes, Jdks.running(), "--workers", "1")
                .in(directory)
                .start());
        long worker = master.process().children().get(0);

        for (String signal : List.of("HUP", "USR1")) {
            Proc.signal(worker, signal);
            master.process().awaitLine("worker 0 .*SIG" + signal + " is ignored; it is for the master", PATIENCE);
        }
        // A JVM may keep this one to itself.
        Proc.signal(worker, "USR2");
        Proc.signal(worker, "WINCH");
        Proc.signal(worker, "TTIN");
        Proc.signal(worker, "TTOU");

        assertThat(RunningMaster.pid(master.get("/"))).isEqualTo(worker);
        assertThat(master.metric("prefork_worker_exits_total{cause=\"signal\",planned=\"false\"}"))
                .isZero();
        try (var files = Files.list(directory)) {
            assertThat(files).as("such as a heap dump").isEmpty();
        }
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE)).isZero();
        assertThat(master.process().family()).isEmpty();
    }
}
