package dev.prefork.cli;

import dev.prefork.config.DurationText;
import dev.prefork.config.Nearest;
import dev.prefork.config.UsageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What follows a verb that asks a running master. Immutable.
 *
 * @param options those given; a flag has an empty value
 * @param operand what else was given
 */
record VerbArguments(Map<VerbOption, String> options, Optional<String> operand) {
    static final VerbArguments NONE = new VerbArguments(Map.of(), Optional.empty());

    /** What begins with a minus and is meant as a number, as in {@code scale -1}. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,9}");

    private static final int MOST_WORKERS = 1_000_000;

    VerbArguments {
        options = Map.copyOf(options);
    }

    /**
     * Takes the words apart.
     *
     * @throws UsageException for the first of them that is wrong
     */
    static VerbArguments parse(Verb verb, List<String> words) {
        Map<VerbOption, String> options = new EnumMap<>(VerbOption.class);
        List<String> operands = new ArrayList<>();
        Deque<String> left = new ArrayDeque<>(words);
        while (!left.isEmpty()) {
            String word = left.remove();
            if (word.startsWith("-") && !NUMBER.matcher(word).matches()) {
                VerbOption option = option(verb, word);
                if (options.put(option, value(verb, option, word, left)) != null) {
                    throw new UsageException(option.word() + " is given more than once; give it once");
                }
            } else {
                operands.add(word);
            }
        }
        boolean wanted = !verb.takes.usage.isEmpty();
        if (operands.size() != (wanted ? 1 : 0)) {
            throw new UsageException(verb.word() + " takes " + verb.takes.inWords + hint(verb));
        }
        VerbArguments arguments = new VerbArguments(options, operands.stream().findFirst());
        arguments.require(verb);
        return arguments;
    }

    /** Finds out now what is wrong, and not when a master has been found. */
    private void require(Verb verb) {
        value(VerbOption.PID).ifPresent(text -> pid());
        if (timeout().isPresent() && !has(VerbOption.WAIT)) {
            throw new UsageException("--timeout limits what --wait waits for; give both, or neither" + hint(verb));
        }
        switch (verb.takes) {
            case NUMBER, SLOT, SHELL -> {
                if (!verb.takes.accepts(operand.orElseThrow())) {
                    throw new UsageException(verb.word() + " " + operand.get() + ": " + verb.word() + " takes "
                            + verb.takes.inWords + hint(verb));
                }
            }
            default -> {}
        }
    }

    private static String hint(Verb verb) {
        return "; see prefork " + verb.word() + " --help";
    }

    private static VerbOption option(Verb verb, String word) {
        String name = name(word);
        return verb.options.stream()
                .filter(option -> option.words().contains(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("unknown option " + name + " of " + verb.word()
                        + Nearest.question(name, known(verb), "see prefork " + verb.word() + " --help")));
    }

    private static List<String> known(Verb verb) {
        List<String> known = new ArrayList<>(List.of("--help"));
        verb.options.forEach(option -> known.addAll(option.words()));
        return known;
    }

    private static String name(String word) {
        return word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    }

    private static String value(Verb verb, VerbOption option, String word, Deque<String> left) {
        boolean attached = word.contains("=");
        if (option.isFlag()) {
            if (attached) {
                throw new UsageException(option.word() + " takes no value" + hint(verb));
            }
            return "";
        }
        if (!attached && left.isEmpty()) {
            throw new UsageException(
                    option.word() + " needs a value: " + option.word() + " " + option.placeholder() + hint(verb));
        }
        String value = attached ? word.substring(word.indexOf('=') + 1) : left.remove();
        if (!option.choices().isEmpty() && !option.choices().contains(value)) {
            throw new UsageException(option.word() + " " + value + ": must be one of "
                    + String.join(", ", option.choices()) + hint(verb));
        }
        return value;
    }

    boolean has(VerbOption option) {
        return options.containsKey(option);
    }

    Optional<String> value(VerbOption option) {
        return Optional.ofNullable(options.get(option));
    }

    /** The master that is meant, if one was named. */
    Optional<Long> pid() {
        return value(VerbOption.PID).map(text -> {
            if (!text.matches("[1-9][0-9]{0,9}")) {
                throw new UsageException("--pid " + text + ": must be the number of a process");
            }
            return Long.parseLong(text);
        });
    }

    /** How long to wait at most. */
    Optional<Duration> timeout() {
        return value(VerbOption.TIMEOUT).map(text -> {
            try {
                Duration most = DurationText.parse(text);
                if (!most.isZero()) {
                    return most;
                }
            } catch (IllegalArgumentException e) {
                throw new UsageException("--timeout " + text + ": " + e.getMessage());
            }
            throw new UsageException(
                    "--timeout " + text + ": must be longer than zero; leave it out to wait without end");
        });
    }

    /** The operand as a number, with its sign. */
    int number() {
        int number = Integer.parseInt(operand.orElseThrow());
        return Math.max(-MOST_WORKERS, Math.min(MOST_WORKERS, number));
    }

    /** Whether the operand is how many more there are to be. */
    boolean isRelative() {
        return operand.filter(text -> text.startsWith("+") || text.startsWith("-"))
                .isPresent();
    }
}
