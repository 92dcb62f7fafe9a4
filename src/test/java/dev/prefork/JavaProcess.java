package dev.prefork;

import dev.prefork.it.Launch;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A main class of the tests' class path, run on this JDK as a process of its own. */
record JavaProcess(RunningProcess process) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static JavaProcess start(Processes processes, Class<?> main, String... arguments) {
        return new JavaProcess(launch(processes, main, arguments).start());
    }

    /** The same, not started yet. */
    static Launch launch(Processes processes, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        return processes.command(command.toArray(String[]::new));
    }

    /** The first line in which the expression is found, matched. */
    Matcher awaitLine(String regex) {
        Matcher matcher = Pattern.compile(regex)
                .matcher(process.awaitLine(regex, PATIENCE).text());
        if (!matcher.find()) {
            throw new AssertionError("the line that matched " + regex + " no longer does");
        }
        return matcher;
    }

    int port() {
        return Integer.parseInt(awaitLine("listening .*:(\\d+)").group(1));
    }

    String output() {
        return process.stdout() + "\n" + process.stderr();
    }

    int awaitExit() {
        return process.awaitExit(PATIENCE);
    }
}
