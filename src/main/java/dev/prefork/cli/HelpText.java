package dev.prefork.cli;

import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.supervise.ExitCode;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code prefork --help} and {@code prefork VERB --help} show, made from {@link Verb}, {@link Options} and {@link ExitCode}. */
final class HelpText {
    private static final String USAGE = "Usage: prefork [VERB] [OPTIONS] [-- COMMAND ARG...]\n\n";

    static final String PURPOSE = """
            Binds the listening sockets once, starts workers that inherit them, replaces workers that die,
            and stops them gracefully. A worker is COMMAND or, without one, this program's built-in server.
            Workers get the sockets as descriptors 3 and up, announced by LISTEN_FDS as in sd_listen_fds(3).
            """;

    static final String NAMES = """

            Every option is also a configuration key and an environment variable. In order of precedence: option,
            system property, environment variable, config/application.properties, built-in
            application.properties. D is a duration such as 500ms, 30s, 2m, 1h or PT30S; a number is seconds.
            """;

    /** Also shown by {@code explain}. */
    static final String SIGNALS = """
              TERM              stop: unready, but serving for the drain delay; then the workers get SIGTERM,
                                and after the grace period SIGKILL
              INT               the same without the drain delay
              second TERM/INT   the workers get SIGKILL at once; within 1s of the first it has no effect
              TTIN, TTOU        add a worker, remove a worker
              QUIT              a thread dump, as with any JVM
              HUP               read the settings anew and replace all workers one by one
              USR1, USR2, WINCH
                                no effect
            """;

    static final String EXAMPLES = """
              prefork --workers 4 --listen http=tcp4://0.0.0.0:8000 -- gunicorn app:app
                  Four gunicorns that share one socket.
              PREFORK_RECOVER_WINDOW=5m prefork --shutdown-grace-period 25s
                  Built-in workers, one per core of the container, configured by a variable and an option.
            """;

    private HelpText() {}

    /** That of one verb; of {@link Verb#HELP} that of the whole program. */
    static String of(Verb verb) {
        return verb == Verb.HELP ? overview() : page(verb);
    }

    private static String overview() {
        String verbs = Stream.of(Verb.values())
                .map(verb -> "  %-10s %s%n".formatted(verb.word(), verb.description))
                .collect(Collectors.joining());
        return USAGE + PURPOSE + "\nVerbs:\n" + verbs + options()
                + "\nOther options:\n  -h, --help\n  -V, --version\n\nSignals to the master:\n" + SIGNALS
                + "\nExit codes:\n" + exitCodes(Verb.RUN)
                + "\nExit codes of health:\n" + exitCodes(Verb.HEALTH)
                + "\nExit codes of status, reload, scale, stop, kill, dump:\n" + exitCodes(Verb.STATUS)
                + "\nExamples:\n" + EXAMPLES;
    }

    private static String page(Verb verb) {
        String usage = Stream.of(
                        "Usage: prefork", verb.word(), verb.takes.usage, verb.options.isEmpty() ? "" : "[OPTIONS]")
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
        return usage + "\n\n" + verb.description + "\n"
                + (verb.takes == Verb.Takes.OPTIONS ? options() : "")
                + (verb.options.isEmpty() ? "" : "\nOptions:\n" + options(verb))
                + (verb == Verb.RUN ? "\nSignals to the master:\n" + SIGNALS : "")
                + "\nExit codes:\n" + exitCodes(verb)
                + "\nExample:\n" + verb.example.indent(2);
    }

    static String exitCodes(Verb verb) {
        String usage = exitCode(ExitCode.USAGE.code(), ExitCode.USAGE.meaning());
        return switch (verb) {
            case RUN ->
                Stream.of(ExitCode.values())
                        .map(exitCode -> exitCode(exitCode.code(), exitCode.meaning()))
                        .collect(Collectors.joining());
            case HEALTH ->
                exitCode(HealthReport.UP, "UP") + exitCode(HealthReport.NOT_UP, "DOWN, or no answer") + usage;
            case STATUS, RELOAD, SCALE, STOP, KILL, DUMP ->
                exitCode(ControlCall.DONE, "done")
                        + exitCode(ControlCall.REFUSED, "refused, failed or aborted; the reason is on standard error")
                        + usage
                        + exitCode(ControlCall.NO_ANSWER, "no master found, or no answer");
            case CHECK, EXPLAIN, VERSION, HELP, COMPLETION -> exitCode(ExitCode.OK.code(), "shown") + usage;
        };
    }

    private static String exitCode(int code, String meaning) {
        return "  %d  %s%n".formatted(code, meaning);
    }

    private static String options(Verb verb) {
        return verb.options.stream()
                .map(option ->
                        "  %-26s %s%n".formatted((option.word() + " " + option.placeholder()).strip(), option.help()))
                .collect(Collectors.joining());
    }

    private static String options() {
        StringBuilder text = new StringBuilder(NAMES);
        for (Option.Group group : Option.Group.values()) {
            text.append('\n').append(group.title()).append(":\n");
            Options.all().stream().filter(option -> option.group() == group).forEach(option -> append(text, option));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Option<?> option) {
        String value = option.placeholder().isEmpty() ? "" : " " + option.placeholder();
        String otherwise = option.defaultText().isEmpty() ? "" : "  (default: " + option.defaultText() + ")";
        text.append("  %s%s%s\n".formatted(option.word(), value, otherwise));
        option.help().forEach(line -> text.append("      %s\n".formatted(line)));
        text.append("      = %s = %s\n".formatted(option.key(), option.variable()));
    }
}
