package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A reload in a pod whose memory limit carries one worker more at first, and none once they have grown. */
class MemoryRoomIT {
    private static final long LIMIT = 1024L << 20;

    /** Takes HOLDS MiB, and then is what its arguments say. */
    private static final String GROWN = "import os, runpy, sys; held = b'x' * (int(os.environ['HOLDS']) << 20);"
            + " sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private MemoryCgroup cgroup;
    private Path variables;

    @BeforeEach
    void limit() throws IOException {
        cgroup = MemoryCgroup.limitedTo(LIMIT);
        variables = directory.resolve("app.env");
        holds(10);
    }

    @AfterEach
    void unlimit() {
        cgroup.close();
    }

    private void holds(int mebibytes) throws IOException {
        Files.writeString(variables, "HOLDS=" + mebibytes + "\n");
    }

    private static List<String> worker() {
        List<String> command = new ArrayList<>(Scripts.python("pod/obedient.py"));
        command.addAll(1, List.of("-c", GROWN));
        return command;
    }

    @Test
    void theOldOneGoesFirstOnceTheyHaveGrown() throws Exception {
        String options = "--workers 1 --ready notify --listen 127.0.0.1:0 --env-file " + variables;
        StartedMaster master = StartedMaster.of(processes
                        .prefork(Jdks.running(), arguments(options, worker()))
                        .inside(cgroup)
                        .start())
                .awaitReady();
        long first = master.awaitAnswersOf(1).get(0).pid();
        holds(500);

        master.process().signal("HUP");

        master.process().awaitLine("worker 0 \\(pid " + first + "\\) stopping: replaced by pid", SOON);
        master.awaitReloaded(1);
        long second = master.awaitAnswersOf(1).get(0).pid();
        assertThat(second).isNotEqualTo(first);
        assertThat(master.process().stdout()).doesNotContain("stops before its replacement");

        master.process().signal("HUP");

        master.process()
                .awaitLine(
                        "WARN +worker 0 \\(pid " + second + "\\) stops before its replacement starts: the memory limit"
                                + " carries no worker more at the moment$",
                        SOON);
        master.process().awaitLine("worker 0 \\(pid " + second + "\\) stopping: making room", SOON);
        master.process().awaitLine("worker 0 .* started to replace pid " + second, SOON);
        master.awaitReady();
        assertThat(master.awaitAnswersOf(1).get(0).pid()).isNotEqualTo(second);
        assertThat(cgroup.oomKills()).isZero();
        master.stop();
    }
}
