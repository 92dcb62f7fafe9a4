package dev.prefork.it.cli;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.util.ArrayList;
import java.util.List;

/** The verbs that ask a running master, each a process of its own. For one test. */
public final class Verbs {
    private final Processes processes;
    private final Jdk jdk;
    private final long master;

    /** @param master the one that is meant; other tests have masters, too */
    public Verbs(Processes processes, Jdk jdk, long master) {
        this.processes = processes;
        this.jdk = jdk;
        this.master = master;
    }

    /** Begins with one. */
    public RunningProcess start(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.addAll(List.of("--pid", Long.toString(master)));
        return processes.prefork(jdk, words.toArray(String[]::new)).start();
    }

    /** Waits for its end, which has this exit code; returns what it has shown. */
    public static String shown(RunningProcess verb, int exitCode) {
        assertThat(verb.awaitExit(SOON)).as(verb::dump).isEqualTo(exitCode);
        return verb.stdout();
    }

    /** One that is done. */
    public String done(String line) {
        RunningProcess verb = start(line);
        String shown = shown(verb, 0);
        assertThat(verb.stderr()).as(line).isEmpty();
        return shown;
    }

    /** One that is not; returns the reason, its one line on standard error. */
    public String fails(String line, int exitCode) {
        return reason(start(line), exitCode);
    }

    public static String reason(RunningProcess verb, int exitCode) {
        assertThat(verb.awaitExit(SOON)).as(verb::dump).isEqualTo(exitCode);
        assertThat(verb.stderr().lines()).as(verb::dump).hasSize(1);
        assertThat(verb.stderr()).startsWith("prefork: ");
        return verb.stderr().substring("prefork: ".length()).strip();
    }
}
