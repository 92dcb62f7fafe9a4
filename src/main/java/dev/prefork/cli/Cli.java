package dev.prefork.cli;

import dev.prefork.app.Configured;
import dev.prefork.config.ManagementAddress;
import dev.prefork.config.RefusedException;
import dev.prefork.config.SettingSources;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.explain.Plan;
import dev.prefork.explain.Warnings;
import dev.prefork.master.FatalError;
import dev.prefork.master.Program;
import dev.prefork.os.Built;
import dev.prefork.supervise.ExitCode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The program without its process: arguments in, text and an exit code out. For one thread, once. Help and results go to
 * {@code out}, everything else to {@code err} as lines that begin with {@code prefork:}.
 *
 * @param terminationMessage is told, as well as the user, why a pod's entrypoint could not even start
 */
record Cli(MasterRole master, Supplier<SettingSources> sources, Consumer<String> terminationMessage) {
    private static final Path ROOT = Path.of("/");

    /** A probe's timeoutSeconds has to hold this and the start of a JVM. */
    private static final Duration HEALTH_DEADLINE = Duration.ofSeconds(2);

    /** Becomes the master and returns its exit code once it has stopped. */
    interface MasterRole {
        int run(Configured configured, String... arguments);
    }

    /** Does what the arguments ask for; the exit code is one of {@link ExitCode} or the master's. */
    int execute(PrintStream out, PrintStream err, String... arguments) {
        try {
            return execute(out, err, Arguments.parse(arguments), arguments);
        } catch (RefusedException e) {
            refuse(err, e.getMessage(), arguments);
            return e.exitCode().code();
        } catch (RuntimeException | Error e) {
            // An error as well: other threads may still run, and without an exit code there would be no exit.
            FatalError error = new FatalError(Thread.currentThread().getName(), e);
            refuse(err, error.line(), arguments);
            if (!error.isOutOfMemory()) {
                // Not through the log: before Quarkus has set it up, what is logged waits, and this process ends now.
                e.printStackTrace(err);
            }
            return ExitCode.INTERNAL.code();
        }
    }

    /** A verb that asks about a master leaves no reason for the pod: it does not speak for it. */
    private void refuse(PrintStream err, String reason, String... arguments) {
        line(err, reason);
        if (arguments.length == 0
                || Verb.of(arguments[0]).filter(Verb::asksAMaster).isEmpty()) {
            terminationMessage.accept(Page.plain(reason));
        }
    }

    private int execute(PrintStream out, PrintStream err, Arguments parsed, String... arguments) {
        return switch (parsed.verb()) {
            case HELP -> {
                out.print(HelpText.of(parsed.topic()));
                yield ExitCode.OK.code();
            }
            case VERSION -> {
                out.println(Version.text());
                yield ExitCode.OK.code();
            }
            case CHECK -> show(out, err, () -> check(err, parsed));
            case EXPLAIN -> show(out, err, () -> explain(parsed));
            case HEALTH -> health(out, err, parsed.probe());
            case STATUS, RELOAD, SCALE, STOP, KILL, DUMP -> new ControlVerb(parsed.verb(), parsed.own(), out).run(err);
            case COMPLETION -> {
                out.print(Completion.of(parsed.own().operand().orElseThrow()));
                yield ExitCode.OK.code();
            }
            case RUN -> master.run(new Configured(load(err, parsed), () -> settings(parsed, sources.get())), arguments);
        };
    }

    /** Any failure is a fault of the settings here: nothing was to be started. */
    private static int show(PrintStream out, PrintStream err, Supplier<String> report) {
        try {
            out.print(report.get());
            return ExitCode.OK.code();
        } catch (RefusedException e) {
            line(err, e.getMessage());
            return ExitCode.USAGE.code();
        }
    }

    private String check(PrintStream err, Arguments parsed) {
        SettingSources found = sources.get();
        Settings settings = settings(parsed, found);
        Readings readings = Readings.read(ROOT, found.environment());
        String report = CheckReport.of(settings, readings);
        Plan plan = new Plan(settings, readings, found.environment());
        warn(err, new Warnings(plan, ROOT, Built.ofThisProcess(), commandLine()).lines());
        return report;
    }

    private String explain(Arguments parsed) {
        SettingSources found = sources.get();
        // Its warnings have a place of their own in the report.
        Settings settings = settings(parsed, found);
        return ExplainReport.of(
                settings, found.environment(), ROOT, ProcessHandle.current().pid(), commandLine());
    }

    private static List<String> commandLine() {
        return Program.self().arguments();
    }

    private int health(PrintStream out, PrintStream err, Probe probe) {
        HealthReport report = HealthReport.of(ManagementAddress.of(sources.get()), probe, HEALTH_DEADLINE);
        report.body().ifPresent(out::println);
        report.problem().ifPresent(problem -> line(err, problem));
        return report.exitCode();
    }

    private Settings load(PrintStream err, Arguments parsed) {
        SettingSources found = sources.get();
        Settings settings = Settings.load(parsed.options(), parsed.command(), found);
        warn(err, settings.warnings());
        settings.requireCommand(found.environment());
        return settings;
    }

    private static Settings settings(Arguments parsed, SettingSources found) {
        Settings settings = Settings.load(parsed.options(), parsed.command(), found);
        settings.requireCommand(found.environment());
        return settings;
    }

    private static void warn(PrintStream err, List<String> warnings) {
        warnings.forEach(warning -> line(err, "warning: " + warning));
    }

    private static void line(PrintStream err, String text) {
        err.println("prefork: " + Page.plain(text));
    }
}
