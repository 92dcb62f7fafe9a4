package dev.prefork.cli;

import dev.prefork.config.Setting;
import dev.prefork.supervise.ExitCode;

/** What {@code prefork --help} shows, made from {@link Verb}, {@link Setting} and {@link ExitCode}. */
final class HelpText {
    private static final String INTRODUCTION = """
            Usage: prefork [VERB] [OPTIONS] [-- COMMAND ARG...]

            Binds the listening sockets once, starts workers that inherit them, replaces workers that die,
            and stops them gracefully. A worker is COMMAND or, without one, this program's built-in server.
            Workers get the sockets as descriptors 3 and up, announced by LISTEN_FDS as in sd_listen_fds(3).
            """;

    private static final String NAMES = """
            Every option is also a configuration key and an environment variable. In order of precedence: option,
            system property, environment variable, config/application.properties, built-in
            application.properties. D is a duration such as 500ms, 30s, 2m, 1h or PT30S; a number is seconds.
            """;

    /** Also shown by {@code explain}. */
    static final String SIGNALS = """
              TERM              stop: unready, but serving for the drain delay; then the workers get SIGTERM,
                                and after the grace period SIGKILL
              INT               the same without the drain delay
              second TERM/INT   the workers get SIGKILL at once
              TTIN, TTOU        one worker more, one fewer
              QUIT              a thread dump, as with any JVM
              HUP, USR1, USR2, WINCH
                                no effect
            """;

    private static final String EXAMPLES = """
            Examples:
              prefork --workers 4 --listen http=tcp4://0.0.0.0:8000 -- gunicorn app:app
                  Four gunicorns that share one socket.
              PREFORK_RECOVER_WINDOW=5m prefork --shutdown-grace-period 25s
                  Built-in workers, one per core of the container, configured by a variable and an option.
            """;

    private HelpText() {}

    static String render() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        text.append("\nVerbs:\n");
        for (Verb verb : Verb.values()) {
            text.append("  %-9s %s%n".formatted(verb.word(), verb.description()));
        }
        text.append('\n').append(NAMES);
        for (Setting.Group group : Setting.Group.values()) {
            text.append('\n').append(group.title()).append(":\n");
            for (Setting setting : Setting.values()) {
                if (setting.group() == group) {
                    append(text, setting);
                }
            }
        }
        text.append("\nOther options:\n  -h, --help\n  -V, --version\n\nSignals to the master:\n")
                .append(SIGNALS);
        text.append("\nExit codes:\n");
        for (ExitCode exitCode : ExitCode.values()) {
            text.append("  %d  %s%n".formatted(exitCode.code(), exitCode.meaning()));
        }
        text.append("\nExit codes of health:\n");
        text.append("  %d  UP%n".formatted(HealthReport.UP));
        text.append("  %d  DOWN, or no answer%n".formatted(HealthReport.NOT_UP));
        text.append("  %d  %s%n".formatted(ExitCode.USAGE.code(), ExitCode.USAGE.meaning()));
        return text.append('\n').append(EXAMPLES).toString();
    }

    private static void append(StringBuilder text, Setting setting) {
        text.append("  ").append(setting.option());
        if (!setting.placeholder().isEmpty()) {
            text.append(' ').append(setting.placeholder());
        }
        if (!setting.defaultText().isEmpty()) {
            text.append("  (default: ").append(setting.defaultText()).append(')');
        }
        text.append('\n');
        setting.description().forEach(line -> text.append("      ").append(line).append('\n'));
        text.append("      = ").append(setting.property()).append(" = ").append(setting.variable());
        text.append('\n');
    }
}
