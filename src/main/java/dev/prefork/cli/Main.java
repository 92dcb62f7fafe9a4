package dev.prefork.cli;

import dev.prefork.app.Agent;
import dev.prefork.app.Console;
import dev.prefork.app.Reporting;
import dev.prefork.app.TerminationMessage;
import dev.prefork.config.SettingSources;
import dev.prefork.handoff.Variables;
import dev.prefork.log.LogWriter;
import dev.prefork.master.EarlyStop;
import dev.prefork.os.NativeRuntime;
import dev.prefork.os.StartedWith;
import dev.prefork.quarkus.master.Management;
import dev.prefork.quarkus.worker.WorkerRole;
import dev.prefork.shim.Shim;
import dev.prefork.supervise.ExitCode;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where the process begins: a worker, or the shim before one, if its master says so in the environment, else what the
 * command line asks for.
 *
 * <p>It has a name so that an application that depends on us can have a main class of its own, or take this one with
 * {@code quarkus.package.main-class=prefork}.
 */
@QuarkusMain(name = "prefork")
public final class Main {
    private Main() {}

    public static void main(String... given) {
        String[] arguments = own(given);
        // The first look at the environment resets SIGCHLD to its default: it has to come before a handler of ours.
        if (Shim.isMeant(System.getenv(), arguments)) {
            Shim.Failure failure = Shim.ofThisProcess().run(StartedWith.environment());
            System.err.println(failure.line());
            System.exit(failure.exitCode());
        }
        if (isWorker(System.getenv(), arguments)) {
            WorkerRole.run(arguments);
            return;
        }
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            // In dev mode the application is to run right here, where its sources are watched.
            Quarkus.run(arguments);
            return;
        }
        if (supervises(arguments)) {
            // What only asks has nothing to end in order: SIGINT and SIGTERM end it as any program.
            EarlyStop.watch();
        }
        // First of all: a log handler keeps the streams that it finds. What only answers a question may wait for its
        // reader.
        Reporting reporting = supervises(arguments)
                ? reporting(LogWriter.ofThisProcess(Console::linesDropped))
                : new Reporting(new Management(), () -> 0, () -> true, Version.NUMBER, Optional.empty());
        Cli cli = new Cli(
                (configured, all) -> Agent.run(configured, reporting, all),
                SettingSources::ofThisProcess,
                terminationMessage());
        // Threads of Quarkus, or of a log handler, must not keep a process alive that has done its work.
        System.exit(run(cli, StartedWith.arguments(arguments)));
    }

    /** What is not for the runtime of a native executable. */
    private static String[] own(String... given) {
        try {
            return NativeRuntime.begin(given);
        } catch (IllegalArgumentException e) {
            String reason = Page.plain(e.getMessage());
            System.err.println("prefork: " + reason);
            terminationMessage().accept(reason);
            System.exit(ExitCode.USAGE.code());
            throw e;
        }
    }

    /** A call of this program by hand in a running pod must not overwrite what its entrypoint has to say. */
    private static Consumer<String> terminationMessage() {
        return ProcessHandle.current().pid() == 1
                ? line -> TerminationMessage.of(line).leave()
                : line -> {};
    }

    private static int run(Cli cli, String... arguments) {
        try {
            int code = cli.execute(System.out, System.err, arguments);
            System.out.flush();
            return code;
        } catch (OutOfMemoryError e) {
            // There was no memory to say even that, nor is there any for the hooks of an exit.
            Runtime.getRuntime().halt(ExitCode.INTERNAL.code());
            throw e;
        }
    }

    private static Reporting reporting(LogWriter log) {
        return new Reporting(
                new Management(), log::dropped, log::awaitWritten, Version.NUMBER, Optional.of(log.workerLines()));
    }

    private static boolean supervises(String... arguments) {
        Optional<Verb> verb = Stream.of(arguments).findFirst().flatMap(Verb::of);
        return verb.isEmpty() || verb.get() == Verb.RUN;
    }

    /**
     * A master starts this program with its own arguments. A call with a command of its own, or that asks for something
     * that is not the work of a worker, is a script that a worker runs: the mark in the environment is only inherited.
     */
    static boolean isWorker(Map<String, String> environment, String... arguments) {
        List<String> words = List.of(arguments);
        Optional<Verb> verb = words.stream().findFirst().flatMap(Verb::of);
        boolean asksForMore = verb.isPresent() && verb.get() != Verb.RUN
                || !Collections.disjoint(words, List.of("--", "--help", "-h", "--version"));
        return Variables.isChild(environment) && !asksForMore;
    }
}
