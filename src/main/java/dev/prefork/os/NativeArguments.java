package dev.prefork.os;

import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of a native executable: first what is meant for its runtime, then the program's own, as with java(1). What stands
 * behind the first of its own is never the runtime's: it may be a worker's command, or the value of an option. Immutable; any
 * thread.
 *
 * @param options the leading {@code -Dname=value} and {@code -X...}
 * @param own the rest
 */
public record NativeArguments(List<String> options, List<String> own) {
    private static final String PROPERTY = "-D";
    private static final String TUNING = "-X";

    public NativeArguments {
        options = List.copyOf(options);
        own = List.copyOf(own);
    }

    /** Of what {@code main} was called with. */
    public static NativeArguments of(List<String> arguments) {
        int end = 0;
        while (end < arguments.size() && isOption(arguments.get(end))) {
            end++;
        }
        return new NativeArguments(arguments.subList(0, end), arguments.subList(end, arguments.size()));
    }

    /** The options in a whole command line, the program's name first. */
    public static List<String> leading(List<String> commandLine) {
        return ofCommandLine(commandLine).options;
    }

    /** A whole command line without what tunes the runtime: properties stay. */
    public static List<String> withoutTuning(List<String> commandLine) {
        NativeArguments split = ofCommandLine(commandLine);
        List<String> kept = new ArrayList<>(commandLine.subList(0, 1));
        split.options.stream().filter(option -> !isTuning(option)).forEach(kept::add);
        kept.addAll(split.own);
        return List.copyOf(kept);
    }

    /** What of a whole command line tunes the runtime, such as a heap. */
    public static List<String> tuning(List<String> commandLine) {
        return leading(commandLine).stream().filter(NativeArguments::isTuning).toList();
    }

    private static NativeArguments ofCommandLine(List<String> commandLine) {
        return of(commandLine.subList(1, commandLine.size()));
    }

    private static boolean isOption(String word) {
        return isTuning(word) || word.startsWith(PROPERTY) && word.length() > PROPERTY.length();
    }

    private static boolean isTuning(String word) {
        return word.startsWith(TUNING);
    }
}
