package dev.prefork.it.log;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The output of workers, read and marked by their master. */
class LogTagIT {
    private static final String FULL = "worker (\\d) \\(pid (\\d+)\\) \\| ";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private RunningProcess start(String options, String... command) {
        List<String> words =
                new ArrayList<>(PackagedJar.command(Jdks.running(), List.of("-Dquarkus.management.port=0")));
        words.addAll(List.of(options.split(" ")));
        words.addAll(List.of(command));
        return processes.command(words.toArray(String[]::new)).in(directory).start();
    }

    private static void stop(RunningProcess master) {
        master.signal("TERM");
        assertThat(master.awaitExit(SOON)).isZero();
    }

    private static List<String> lines(RunningProcess process, OutputLine.Stream stream) {
        return process.output().stream()
                .filter(line -> line.stream() == stream)
                .map(OutputLine::text)
                .toList();
    }

    @Test
    void linesOfACommandStayOnTheirStreamAndNameTheirWorker() {
        RunningProcess master = start(
                "--workers 2 --listen 127.0.0.1:0 --ready delay=0s --log-tag",
                "--",
                "sh",
                "-c",
                "echo pid $$ $LISTEN_PID; echo slot {slot} >&2; exec sleep 600");
        for (int slot = 0; slot < 2; slot++) {
            master.awaitLine("worker " + slot + " \\(pid \\d+\\) \\| pid ", SOON);
            master.awaitLine("worker " + slot + " \\(pid \\d+\\) \\| slot " + slot, SOON);
        }

        assertThat(lines(master, OutputLine.Stream.STDOUT))
                .filteredOn(line -> line.contains("| pid"))
                .allMatch(line ->
                        line.replaceAll(FULL + "pid (\\d+) (\\d+)", "$2$3$4").matches("(\\d+)\\1\\1"));
        assertThat(lines(master, OutputLine.Stream.STDERR))
                .filteredOn(line -> line.contains("| slot"))
                .hasSize(2);
        stop(master);
    }

    @Test
    void theLastLinesOfAKilledWorkerComeToo() {
        RunningProcess master = start(
                "--workers 1 --listen none --ready delay=0s --recover-threshold 9 --log-tag",
                "--",
                "sh",
                "-c",
                "[ $PREFORK_GENERATION = 1 ] || exec sleep 600; i=0;"
                        + " while [ $i -lt 500 ]; do echo line $i; i=$((i + 1)); done; echo last; kill -KILL $$");

        master.awaitLine(FULL + "last$", SOON);
        assertThat(lines(master, OutputLine.Stream.STDOUT))
                .filteredOn(line -> line.contains("| line"))
                .hasSize(500);
        stop(master);
    }

    @Test
    void everyLineIsAnObjectWhatWasOneAsMuchAsWhatWasNot() {
        RunningProcess master = start(
                "--workers 1 --listen none --ready delay=0s --log-tag --log-format json",
                "--",
                "sh",
                "-c",
                "echo '{\"msg\":\"own\",\"pid\":1}'; echo 'plain \"text\"'; printf 'half \\377'; exec sleep 600");
        master.awaitLine("worker-output.*plain", SOON);
        stop(master);

        List<JsonObject> lines = master.output().stream()
                .map(OutputLine::text)
                .map(JsonObject::new)
                .toList();
        assertThat(lines)
                .anyMatch(line -> line.encode().equals("{\"msg\":\"own\",\"pid\":1,\"slot\":0,\"stream\":\"stdout\"}"));
        assertThat(lines)
                .filteredOn(line -> "worker-output".equals(line.getString("event")))
                .extracting(line -> line.getInteger("slot") + line.getString("stream") + line.getString("message"))
                .containsExactly("0stdoutplain \"text\"", "0stdouthalf \ufffd");
    }

    @Test
    void aReloadFollowsFormatAndMark() throws IOException {
        Path settings = Files.createDirectory(directory.resolve("config")).resolve("application.properties");
        Files.writeString(settings, "prefork.log-format=text\n");
        RunningProcess master = start(
                "--workers 1 --listen none --ready delay=0s",
                "--",
                "sh",
                "-c",
                "echo generation $PREFORK_GENERATION; exec sleep 600");
        master.awaitLine("^generation 1$", SOON);
        master.awaitLine("management interface on port", SOON);

        Files.writeString(settings, "prefork.log-format=json\nprefork.log-tag=true\n");
        master.signal("HUP");
        master.awaitLine("\"event\":\"reload-completed\"", SOON);
        master.awaitLine("\"event\":\"worker-output\".*\"message\":\"generation 2\"", SOON);

        Files.writeString(settings, "prefork.log-format=text\nprefork.log-tag=false\n");
        master.signal("HUP");
        master.awaitLine("INFO  reload completed", SOON);
        master.awaitLine("^generation 3$", SOON);
        stop(master);
    }

    @Test
    void theReasonOfAnExitAndOfAnAbortedReloadIsWhatTheWorkerWroteLast() throws IOException {
        Path broken = directory.resolve("broken");
        RunningProcess master = start(
                "--workers 1 --listen none --ready delay=1s --recover-threshold 9 --log-tag",
                "--",
                "sh",
                "-c",
                "[ ! -e " + broken + " ] || { echo starting; echo no such table >&2; exit 7; }; exec sleep 600");
        master.awaitLine("all workers ready", SOON);
        master.awaitLine("management interface on port", SOON);
        Files.createFile(broken);

        master.signal("HUP");

        master.awaitLine("exited unexpectedly: exit code 7, last error: no such table$", SOON);
        master.awaitLine("reload aborted, 1 of 1 worker stay as they were: .*last error: no such table", SOON);
        stop(master);
    }

    @Test
    void standbysAreReadAsWell() {
        RunningProcess master = start("--workers 1 --standby 1 --listen 127.0.0.1:0 --boot-cache off --log-tag");
        master.awaitLine("worker 1 \\(pid \\d+\\) standing by after", SOON);
        master.awaitLine("worker 0 \\(pid \\d+\\) \\| .*serving", SOON);
        long victim = Long.parseLong(master.awaitLine("worker 0 \\(pid \\d+\\) ready", SOON)
                .text()
                .replaceFirst(".*\\(pid (\\d+)\\).*", "$1"));

        Proc.signal(victim, "KILL");

        master.awaitLine("worker 1 \\(pid \\d+\\) \\| .*serving", SOON);
        await().until(() -> master.children().size() >= 2);
        stop(master);
    }
}
