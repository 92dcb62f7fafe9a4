package dev.prefork.master;

import dev.prefork.board.BoardWriter;
import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.ExpositionParser;
import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.ParentWatch;
import dev.prefork.handoff.Variables;
import dev.prefork.handoff.WorkerName;
import dev.prefork.notify.Notifier;
import dev.prefork.notify.Watchdog;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A worker that writes down all that it read of what its master gave it; started by {@link ProtocolTest}. */
final class ProtocolChild {
    private static final Pattern NUMBER = Pattern.compile("\\d+(?=;|$)");

    private ProtocolChild() {}

    /** The one argument is the file to write to. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Posix posix = Posix.system();
        Map<String, String> environment = System.getenv();
        CountDownLatch gone = new CountDownLatch(1);
        try (PrintStream out = new PrintStream(arguments[0]);
                ParentWatch watch = ParentWatch.watch(posix, environment, gone::countDown)) {
            Inheritance inheritance = Inheritance.ofThisProcess();
            out.println(WorkerName.of(environment));
            out.println("parent " + inheritance.parent());
            inheritance.listeners().forEach(each -> out.println(each.descriptor() + " " + each));
            out.println("stdin " + posix.localEndpoint(0));
            environment.forEach((name, value) -> {
                if (name.matches("NGINX|SERVER_STARTER_PORT|EINHORN_FD_\\d")) {
                    NUMBER.matcher(value)
                            .results()
                            .map(found -> Integer.parseInt(found.group()))
                            .forEach(fd -> out.println(name + " " + fd + " " + posix.localEndpoint(fd)));
                }
            });
            out.println("watchdog "
                    + Watchdog.patience(environment, ProcessHandle.current().pid()));
            out.println("master " + environment.get(Variables.MASTER_PID));
            out.println("leader "
                    + environment.get(Variables.LEADER).startsWith("prefork/" + posix.getppid() + "/leader/"));
            BoardWriter.fromEnvironment(posix, environment)
                    .ifPresent(board -> board.write(figures(), System.nanoTime()));
            Notifier.fromEnvironment(posix, environment).ready();
            out.println("gone " + gone.await(1, TimeUnit.MINUTES));
        }
    }

    static Exposition figures() {
        return ExpositionParser.parse("# TYPE said counter\nsaid_total 7\n".getBytes(StandardCharsets.UTF_8), 1)
                .exposition();
    }
}
