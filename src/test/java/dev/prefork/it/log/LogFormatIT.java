package dev.prefork.it.log;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.log.EventName;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every line of a run, from the first to the last, has the format that was asked for. */
class LogFormatIT {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)";
    private static final Set<String> NAMES =
            Arrays.stream(EventName.values()).map(EventName::text).collect(Collectors.toSet());

    @RegisterExtension
    final Processes processes = new Processes();

    private RunningProcess start(List<String> properties, String... arguments) {
        List<String> words = new ArrayList<>(List.of("-Dquarkus.management.port=0"));
        words.addAll(properties);
        List<String> command = new ArrayList<>(PackagedJar.command(Jdks.running(), words));
        command.addAll(List.of(arguments));
        return processes.command(command.toArray(String[]::new)).start();
    }

    private static List<String> lines(RunningProcess process) {
        return process.output().stream().map(OutputLine::text).toList();
    }

    private static List<JsonObject> objects(RunningProcess process) {
        return lines(process).stream().map(JsonObject::new).toList();
    }

    private static void stop(RunningProcess master) {
        master.signal("TERM");
        assertThat(master.awaitExit(SOON)).isZero();
    }

    @Test
    void jsonFromTheFirstLineToTheLastOfBuiltInWorkersToo() {
        RunningProcess master = start(List.of(), "--workers", "2", "--log-format", "json", "--listen", "127.0.0.1:0");
        master.awaitLine("management-ready", SOON);
        master.awaitLine("workers-ready", SOON);
        master.signal("USR1");
        master.awaitLine("signal-ignored", SOON);
        stop(master);

        List<JsonObject> lines = objects(master);
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.fieldNames()).startsWith("time", "level", "event");
            assertThat(line.getString("time")).matches(TIME);
            assertThat(NAMES).contains(line.getString("event"));
        });
        assertThat(lines)
                .extracting(line -> line.getString("event"))
                .contains(
                        "master-starting", "listening", "worker-ready", "workers-ready", "stop-began", "worker-exited");
        JsonObject last = lines.get(lines.size() - 1);
        assertThat(last.getString("event")).isEqualTo("master-stopped");
        assertThat(last.getDouble("seconds")).isPositive();
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.getString("event")).isEqualTo("log");
            assertThat(line.getString("message")).startsWith("serving ");
            assertThat(line.getInteger("slot")).isBetween(0, 1);
            assertThat(line.getInteger("pid")).isPositive();
        });
    }

    @Test
    void aStartThatFailsEndsWithAnObjectToo() {
        RunningProcess master =
                start(List.of(), "--workers", "1", "--log-format", "json", "--listen", "127.0.0.1:0", "--", "false");
        assertThat(master.awaitExit(SOON)).isEqualTo(3);

        List<JsonObject> lines = objects(master);
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.getString("event")).isEqualTo("master-ended");
            assertThat(line.getString("message")).startsWith("prefork: the first generation never became ready");
        });
    }

    @Test
    void textBeginsWithTheTimeInTheZoneOfTheProcess() {
        RunningProcess master = start(
                List.of("-Duser.timezone=Asia/Kolkata"),
                "--workers",
                "1",
                "--listen",
                "127.0.0.1:0",
                "--",
                "sleep",
                "600");
        master.awaitLine("master \\(pid \\d+\\) starting", SOON);
        stop(master);

        assertThat(lines(master)).allMatch(line -> line.matches(TIME + " (INFO |WARN |ERROR) .+"));
        assertThat(lines(master)).allMatch(line -> line.contains("+05:30 "));
    }

    @Test
    void theFormatOfQuarkusSettingsIsKept() {
        RunningProcess master = start(
                List.of("-Dquarkus.log.console.format=[%p] %s%n"),
                "--workers",
                "1",
                "--listen",
                "127.0.0.1:0",
                "--",
                "sleep",
                "600");
        master.awaitLine("\\[INFO\\] master \\(pid \\d+\\) starting", SOON);
        stop(master);

        await().until(() -> lines(master).stream().allMatch(line -> line.startsWith("[")));
    }
}
