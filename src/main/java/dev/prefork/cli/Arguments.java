package dev.prefork.cli;

import dev.prefork.config.Nearest;
import dev.prefork.config.Setting;
import dev.prefork.config.UsageException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line taken apart: {@code [VERB] [OPTIONS] [-- COMMAND ARG...]}. Immutable.
 *
 * @param options those given, each with its values; a flag has the value {@code true}
 * @param command what follows {@code --}, untouched; empty without one
 * @param probe what is asked about; matters to {@link Verb#HEALTH} only
 */
record Arguments(Verb verb, Map<Setting, List<String>> options, List<String> command, Probe probe) {
    private static final String SEPARATOR = "--";
    private static final String HINT = "; see prefork --help";

    Arguments(Verb verb, Map<Setting, List<String>> options, List<String> command) {
        this(verb, options, command, Probe.READY);
    }

    /**
     * Takes a command line apart.
     *
     * @throws UsageException for the first thing on it that is wrong
     */
    static Arguments parse(String... arguments) {
        List<String> all = Arrays.asList(arguments);
        int separator = all.indexOf(SEPARATOR);
        List<String> ours = separator < 0 ? all : all.subList(0, separator);
        if (ours.contains("--help") || ours.contains("-h")) {
            return only(Verb.HELP);
        }
        if (ours.contains("--version") || ours.contains("-V")) {
            return only(Verb.VERSION);
        }
        boolean hasVerb = !ours.isEmpty() && !ours.get(0).startsWith("-");
        Verb verb = hasVerb ? verb(ours.get(0)) : Verb.RUN;
        List<String> rest = hasVerb ? ours.subList(1, ours.size()) : ours;
        return switch (verb) {
            case HELP -> only(Verb.HELP);
            case VERSION -> {
                if (ours.size() > 1 || separator >= 0) {
                    throw new UsageException("version takes neither options nor a command" + HINT);
                }
                yield only(Verb.VERSION);
            }
            case HEALTH -> new Arguments(verb, Map.of(), List.of(), probe(rest, separator));
            case RUN, CHECK, EXPLAIN -> new Arguments(verb, options(rest), command(all, separator));
        };
    }

    private static Arguments only(Verb verb) {
        return new Arguments(verb, Map.of(), List.of());
    }

    private static Verb verb(String word) {
        return Verb.of(word)
                .orElseThrow(() -> new UsageException("unknown verb " + word + "; the nearest known one is "
                        + Nearest.of(word, Verb.words()) + ", and a command to run comes after --" + HINT));
    }

    private static Probe probe(List<String> words, int separator) {
        if (words.size() > 1 || separator >= 0) {
            throw new UsageException("health takes one argument: live, ready, started or well" + HINT);
        }
        return words.isEmpty() ? Probe.READY : Probe.of(words.get(0));
    }

    private static List<String> command(List<String> all, int separator) {
        if (separator < 0) {
            return List.of();
        }
        if (separator == all.size() - 1) {
            throw new UsageException("nothing follows --; name the command to run as a worker, or leave -- out to run"
                    + " the built-in worker");
        }
        return List.copyOf(all.subList(separator + 1, all.size()));
    }

    private static Map<Setting, List<String>> options(List<String> words) {
        try {
            ParseResult parsed = new CommandLine(specification()).parseArgs(words.toArray(String[]::new));
            Map<Setting, List<String>> options = new EnumMap<>(Setting.class);
            for (Setting setting : Setting.values()) {
                if (parsed.hasMatchedOption(setting.option())) {
                    options.put(setting, values(parsed.matchedOption(setting.option())));
                }
            }
            return options;
        } catch (ParameterException e) {
            throw refusal(e);
        }
    }

    /** Built in code from {@link Setting}: without annotations a native executable needs no reflection for it. */
    private static CommandSpec specification() {
        CommandSpec specification = CommandSpec.create();
        // A word that begins with @ is a value like any other, not the name of a file with more words.
        specification.parser().expandAtFiles(false);
        for (Setting setting : Setting.values()) {
            OptionSpec.Builder option = OptionSpec.builder(setting.option());
            specification.addOption(
                    switch (setting.kind()) {
                        case VALUE -> option.arity("1").type(String.class).build();
                        case LIST ->
                            option.arity("1")
                                    .type(List.class)
                                    .auxiliaryTypes(String.class)
                                    .build();
                        case FLAG -> option.arity("0..1").type(boolean.class).build();
                    });
        }
        return specification;
    }

    private static List<String> values(OptionSpec option) {
        return List.copyOf(option.originalStringValues());
    }

    private static UsageException refusal(ParameterException problem) {
        if (problem instanceof UnmatchedArgumentException unmatched) {
            return unknown(unmatched.getUnmatched().get(0));
        }
        if (problem instanceof MissingParameterException missing) {
            String option = name(missing.getMissing().get(0));
            return new UsageException(option + " needs a value" + placeholder(option) + HINT);
        }
        if (problem instanceof OverwrittenOptionException twice) {
            return new UsageException(name(twice.getOverwritten()) + " is given more than once; give it once");
        }
        // All that is left to be wrong is a flag's value: the others are texts, which are read later.
        return new UsageException(
                name(problem.getArgSpec()) + "=" + problem.getValue() + ": neither true nor false" + HINT);
    }

    private static UsageException unknown(String word) {
        if (!word.startsWith("-")) {
            return new UsageException(
                    "unexpected argument " + word + "; a verb comes first, a command to run comes after --" + HINT);
        }
        String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        List<String> known = Stream.concat(
                        Stream.of(Setting.values()).map(Setting::option), Stream.of("--help", "--version"))
                .toList();
        return new UsageException(
                "unknown option " + option + "; the nearest known one is " + Nearest.of(option, known) + HINT);
    }

    private static String name(ArgSpec option) {
        return ((OptionSpec) option).longestName();
    }

    private static String placeholder(String option) {
        return Stream.of(Setting.values())
                .filter(setting -> setting.option().equals(option))
                .map(setting -> ": " + option + " " + setting.placeholder())
                .findFirst()
                .orElse("");
    }
}
