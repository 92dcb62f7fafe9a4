package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The recipes by which workers of other languages lead, as docs/MIGRATION.md has them, under a real master. */
@Timeout(180)
class LeaderIT {
    private static final Path PAGE = Path.of("docs/MIGRATION.md");

    /** Tries until it leads, and leaves its pid. */
    private static final String PYTHON = """
            import os, socket, time
            while True:
                try:
            %s
                    break
                except OSError:
                    time.sleep(0.02)
            open("%s/leads-%%d" %% os.getpid(), "w").close()
            time.sleep(600)
            """;

    private static final String JAVASCRIPT = """
            const net = require("net");
            const lead = () => require("fs").writeFileSync("%2$s/leads-" + process.pid, "");
            function attempt() {
            %1$s
              leader.on("error", () => setTimeout(attempt, 20));
            }
            attempt();
            setInterval(() => {}, 600000);
            """;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private static String python() {
        return Scripts.python("command/worker.py").get(0);
    }

    private static String recipe(String language) throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(Files.readString(PAGE).split("\n## Work that only one worker should do\n", 2)[1]);
        assertThat(block.find()).isTrue();
        return block.group(1).indent(8).stripTrailing();
    }

    private List<Long> leaders() {
        String[] names = directory.toFile().list((where, name) -> name.startsWith("leads-"));
        return new TreeSet<>(List.of(names))
                .stream().map(name -> Long.valueOf(name.substring(6))).toList();
    }

    @Test
    void amongPythonProgramsOneLeads() throws IOException {
        oneLeads(List.of(python(), "-c", PYTHON.formatted(recipe("python"), directory)));
    }

    @Test
    void amongJavaScriptProgramsOneLeads() throws IOException {
        oneLeads(List.of(Tools.require("node").toString(), "-e", JAVASCRIPT.formatted(recipe("js"), directory)));
    }

    /** Node.js fills the name up with NULs, and Python does not: it has to be of the full length for them to meet. */
    @Test
    void amongProgramsOfBothLanguagesOneLeads() throws IOException {
        oneLeads(List.of(
                "/bin/sh",
                "-c",
                "test $PREFORK_SLOT = 0 || exec \"$0\" -c \"$1\"; exec \"$2\" -e \"$3\"",
                python(),
                PYTHON.formatted(recipe("python"), directory),
                Tools.require("node").toString(),
                JAVASCRIPT.formatted(recipe("js"), directory)));
    }

    private void oneLeads(List<String> command) {
        StartedMaster master = StartedMaster.of(processes
                .prefork(
                        Jdks.running(),
                        arguments("--workers 2 --recover-threshold 9 --listen none --ready delay=1s", command))
                .env("PREFORK_LEADER", "inherited")
                .start());
        master.awaitReady();

        Waits.await().until(() -> !leaders().isEmpty());
        assertThat(leaders()).hasSize(1);
        long leader = leaders().get(0);
        List<Long> workers = List.of(master.workerPid(0), master.workerPid(1));
        assertThat(workers).contains(leader);
        for (long worker : workers) {
            assertThat(new WorkerView(worker).environment("PREFORK_LEADER"))
                    .singleElement()
                    .asString()
                    .matches("prefork/\\d+/leader/[0-9a-f]+");
        }

        Proc.signal(leader, "KILL");
        Waits.await().until(() -> leaders().size() == 2);
        assertThat(master.process().output()).noneMatch(line -> line.text().contains("unknown variable"));
        master.stop();
    }
}
