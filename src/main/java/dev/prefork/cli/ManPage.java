package dev.prefork.cli;

import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.supervise.ExitCode;
import java.util.List;
import java.util.stream.Stream;

/** The page prefork(1), in the language of man(7): made like {@link HelpText}, from the lists of verbs, options and exit codes. */
final class ManPage {
    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    /** @param date of the release, such as 2026-11-01 */
    static String of(String date) {
        ManPage made = new ManPage();
        made.page.append(".TH PREFORK 1 %s \"Prefork %s\"\n".formatted(date, escaped(Version.NUMBER)));
        made.section("NAME").text("prefork - container entrypoint that supervises workers on shared sockets");
        made.section("SYNOPSIS").macro("B", "prefork").text("[VERB] [OPTIONS] [-- COMMAND ARG...]");
        made.section("DESCRIPTION").text(HelpText.PURPOSE);
        made.verbs();
        made.options();
        made.section("SIGNALS").asIs(HelpText.SIGNALS);
        made.exitStatus();
        made.section("EXAMPLES").asIs(HelpText.EXAMPLES);
        return made.page.toString();
    }

    private void verbs() {
        section("VERBS");
        for (Verb verb : Verb.values()) {
            entry(verb.word(), verb.takes.usage).text(verb.description);
            if (!verb.options.isEmpty()) {
                page.append(".RS\n");
                verb.options.forEach(option -> entry(String.join(", ", option.words()), option.placeholder())
                        .text(option.help()));
                page.append(".RE\n");
            }
        }
    }

    private void options() {
        section("OPTIONS").text(HelpText.NAMES);
        for (Option.Group group : Option.Group.values()) {
            macro("SS", group.title());
            Options.all().stream().filter(option -> option.group() == group).forEach(this::option);
        }
        macro("SS", "Other options");
        entry("-h, --help", "").text("Show the help, after a verb that of the verb.");
        entry("-V, --version", "").text("Show the version.");
    }

    private void option(Option<?> option) {
        entry(option.word(), option.placeholder());
        option.help().forEach(this::text);
        if (!option.defaultText().isEmpty()) {
            page.append(".br\n");
            text("Default: " + option.defaultText());
        }
        page.append(".br\n");
        text("= " + option.key() + " = " + option.variable());
    }

    private void exitStatus() {
        section("EXIT STATUS");
        for (ExitCode exitCode : ExitCode.values()) {
            entry(Integer.toString(exitCode.code()), "").text(exitCode.meaning());
        }
        macro("SS", "Of health").asIs(HelpText.exitCodes(Verb.HEALTH));
        macro("SS", "Of status, reload, scale, stop, kill and dump").asIs(HelpText.exitCodes(Verb.STATUS));
    }

    private ManPage section(String title) {
        return macro("SH", title);
    }

    /** A bold word, and beside it what stands for its value; what is said next is indented. */
    private ManPage entry(String word, String value) {
        page.append(".TP\n");
        return value.isEmpty() ? macro("B", word) : macro("BI", word, " " + value);
    }

    private ManPage macro(String name, String... words) {
        page.append('.').append(name);
        Stream.of(words)
                .forEach(word -> page.append(" \"").append(escaped(word)).append('"'));
        page.append('\n');
        return this;
    }

    /** Filled by the formatter; an empty line begins a paragraph. */
    private ManPage text(String text) {
        text.strip().lines().forEach(line -> page.append(line.isBlank() ? ".PP" : escaped(line))
                .append('\n'));
        return this;
    }

    /** Lines and columns are kept. */
    private ManPage asIs(String text) {
        List<String> lines = text.stripTrailing().stripIndent().lines().toList();
        page.append(".nf\n");
        lines.forEach(line -> page.append(escaped(line)).append('\n'));
        page.append(".fi\n");
        return this;
    }

    /**
     * Without what means something to the formatter: a backslash, a minus, which would become a hyphen that is not found by a search
     * and not understood by a shell, a quote, and what a line of text must not begin with.
     */
    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
