package dev.prefork.cli;

import dev.prefork.agent.Agent;
import dev.prefork.agent.LastWords;
import dev.prefork.agent.SettingSources;
import dev.prefork.agent.worker.WorkerRole;
import dev.prefork.os.StartedWith;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * Where the process begins: a worker if its master says so in the environment, else what the command line asks for.
 *
 * <p>It has a name so that an application that depends on us can have a main class of its own, or take this one with
 * {@code quarkus.package.main-class=prefork}.
 */
@QuarkusMain(name = "prefork")
public final class Main {
    /** Set by a master for its workers, and by nobody else. */
    private static final String CHILD = "PREFORK_CHILD";

    private Main() {}

    public static void main(String... arguments) {
        // The first look at the environment resets SIGCHLD to its default: it has to come before a handler of ours.
        if ("1".equals(System.getenv(CHILD))) {
            WorkerRole.run(arguments);
            return;
        }
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            // In dev mode the application is to run right here, where its sources are watched.
            Quarkus.run(arguments);
            return;
        }
        int code = new Cli(Agent::run, SettingSources::ofThisProcess, LastWords::leave)
                .execute(System.out, System.err, StartedWith.arguments(arguments));
        System.out.flush();
        // Threads of Quarkus, or of a log handler, must not keep a process alive that has done its work.
        System.exit(code);
    }
}
