package dev.prefork.cli;

import dev.prefork.config.Nearest;
import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.config.UsageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The command line taken apart: {@code [VERB] [OPTIONS] [-- COMMAND ARG...]}. Immutable.
 *
 * @param options those given, each with its values; a flag has the value {@code true}
 * @param command what follows {@code --}, untouched; empty without one
 * @param operand what a verb that takes no options is asked about; empty if it takes none
 * @param own what follows a verb that asks a running master
 */
record Arguments(
        Verb verb, Map<Option<?>, List<String>> options, List<String> command, String operand, VerbArguments own) {
    private static final String SEPARATOR = "--";
    private static final String HINT = "; see prefork --help";

    Arguments {
        options = Map.copyOf(options);
        command = List.copyOf(command);
    }

    Arguments(Verb verb, Map<Option<?>, List<String>> options, List<String> command, String operand) {
        this(verb, options, command, operand, VerbArguments.NONE);
    }

    /**
     * Takes a command line apart.
     *
     * @throws UsageException for the first thing on it that is wrong
     */
    static Arguments parse(String... arguments) {
        List<String> all = List.of(arguments);
        int separator = all.indexOf(SEPARATOR);
        List<String> ours = separator < 0 ? all : all.subList(0, separator);
        if (ours.contains("--help") || ours.contains("-h")) {
            return asking(Verb.HELP, Verb.of(ours.get(0)).orElse(Verb.HELP).word());
        }
        if (ours.contains("--version") || ours.contains("-V")) {
            return asking(Verb.VERSION, "");
        }
        boolean hasVerb = !ours.isEmpty() && !ours.get(0).startsWith("-");
        Verb verb = hasVerb ? Verb.meantBy(ours.get(0)) : Verb.RUN;
        List<String> rest = hasVerb ? ours.subList(1, ours.size()) : ours;
        if (verb.takes == Verb.Takes.OPTIONS) {
            return new Arguments(verb, options(new ArrayDeque<>(rest)), command(all, separator), "");
        }
        if (verb.takes.isOfAMaster()) {
            // A separator is an operand too many, like any other word.
            List<String> words = hasVerb ? all.subList(1, all.size()) : all;
            return new Arguments(verb, Map.of(), List.of(), "", VerbArguments.parse(verb, words));
        }
        int most = verb.takes == Verb.Takes.NOTHING ? 0 : 1;
        if (rest.size() > most || separator >= 0) {
            throw new UsageException(verb.word() + " takes " + verb.takes.inWords + HINT);
        }
        return asking(verb, rest.isEmpty() ? verb.takes.defaultOperand : rest.get(0));
    }

    private static Arguments asking(Verb verb, String operand) {
        Arguments arguments = new Arguments(verb, Map.of(), List.of(), operand);
        switch (verb.takes) {
            case PROBE -> arguments.probe();
            case VERB -> arguments.topic();
            default -> {}
        }
        return arguments;
    }

    /** What {@link Verb#HEALTH} asks about. */
    Probe probe() {
        return Probe.of(operand);
    }

    /** What {@link Verb#HELP} is wanted for; for the program if it is that verb itself. */
    Verb topic() {
        return Verb.meantBy(operand);
    }

    private static List<String> command(List<String> all, int separator) {
        if (separator < 0) {
            return List.of();
        }
        if (separator == all.size() - 1) {
            throw new UsageException("missing command after --; give one, or omit -- to run" + " the built-in worker");
        }
        return all.subList(separator + 1, all.size());
    }

    private static Map<Option<?>, List<String>> options(Deque<String> words) {
        Map<Option<?>, List<String>> options = new HashMap<>();
        while (!words.isEmpty()) {
            String word = words.remove();
            Option<?> option = option(word).orElseThrow(() -> unknown(word, words));
            String value = word.contains("=") ? word.substring(word.indexOf('=') + 1) : value(option, words);
            if (option.kind() == Option.Kind.FLAG && !isTruth(value)) {
                throw new UsageException(option.word() + "=" + value + ": must be true or false" + HINT);
            }
            List<String> values = options.computeIfAbsent(option, first -> new ArrayList<>());
            values.add(value);
            if (values.size() > 1 && option.kind() != Option.Kind.LIST) {
                throw new UsageException(option.word() + " is given more than once; give it once");
            }
        }
        return options;
    }

    /** The value that is a word of its own. A flag needs none, and takes no word that may be meant as another thing. */
    private static String value(Option<?> option, Deque<String> words) {
        boolean follows = !words.isEmpty() && option(words.peek()).isEmpty();
        if (option.kind() == Option.Kind.FLAG) {
            return follows && isTruth(words.peek()) ? words.remove() : "true";
        }
        if (!follows) {
            throw new UsageException(
                    option.word() + " needs a value: " + option.word() + " " + option.placeholder() + HINT);
        }
        return words.remove();
    }

    private static boolean isTruth(String value) {
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    }

    private static Optional<Option<?>> option(String word) {
        return word.startsWith("--") ? Options.named(name(word).substring(2)) : Optional.empty();
    }

    private static String name(String word) {
        return word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    }

    private static UsageException unknown(String word, Deque<String> rest) {
        if (!word.startsWith("-")) {
            return new UsageException("unexpected argument " + word + "; " + Verb.afterSeparator(word));
        }
        Optional<Verb> late = rest.stream()
                .flatMap(each -> Verb.of(each).stream())
                .filter(verb ->
                        verb.options.stream().anyMatch(option -> option.words().contains(name(word))))
                .findFirst();
        if (late.isPresent()) {
            String verb = late.get().word();
            return new UsageException(name(word) + " is an option of " + verb + ", and the verb comes first: prefork "
                    + verb + " ... " + name(word) + "; see prefork " + verb + " --help");
        }
        List<String> known = Stream.concat(Options.all().stream().map(Option::word), Stream.of("--help", "--version"))
                .toList();
        String remedy = "see prefork --help";
        return new UsageException("unknown option " + name(word)
                + OtherServersOption.hint(name(word))
                        .map(hint -> hint + "; " + remedy)
                        .orElseGet(() -> Nearest.question(name(word), known, remedy)));
    }
}
