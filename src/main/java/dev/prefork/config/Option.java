package dev.prefork.config;

import java.util.List;
import java.util.Locale;

/**
 * One thing that can be set: its names, how its values are written, its default and its help. Immutable; any thread. {@link
 * Options} has all of them.
 *
 * @param <T> of its values
 */
public final class Option<T> {
    /** Between the default for built-in workers and the one for a command, where they differ. */
    private static final String FOR_A_COMMAND = "; for a COMMAND: ";

    private final Group group;
    private final String name;
    private final OptionType<T> type;
    private final String defaultText;
    private final List<String> help;

    /**
     * @param defaultText read like any other value, except for an optional one, where it only describes what its absence means
     * @param help lines of at most 94 characters
     */
    Option(Group group, String name, OptionType<T> type, String defaultText, String help) {
        this.group = group;
        this.name = name;
        this.type = type;
        this.defaultText = defaultText;
        this.help = help.lines().toList();
    }

    /** How options are arranged in help. */
    public enum Group {
        WORKERS("Workers"),
        LISTENERS("Listeners"),
        RECOVERY("Recovery"),
        LIFE("Start, readiness and stop"),
        REPLACEMENT("Replacing workers that serve"),
        RECYCLING("Recycling"),
        CONTROL("Control"),
        METRICS("Metrics of workers"),
        MANAGEMENT("Management interface"),
        LOG("Log");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** How many values an option takes: a flag may stand alone, and only a list may be given more than once. */
    public enum Kind {
        VALUE,
        LIST,
        FLAG
    }

    public Group group() {
        return group;
    }

    public Kind kind() {
        return type.kind();
    }

    /** The name that all others derive from, such as {@code recover-threshold}. */
    public String name() {
        return name;
    }

    /** The word on the command line, such as {@code --recover-threshold}. */
    public String word() {
        return "--" + name;
    }

    /** Such as {@code prefork.recover-threshold}. */
    public String key() {
        return "prefork." + name;
    }

    /** Such as {@code PREFORK_RECOVER_THRESHOLD}. */
    public String variable() {
        return variable(name);
    }

    /** The variable of the option with this name: a worker reads one without loading the list of options. */
    public static String variable(String name) {
        return "PREFORK_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** What stands for the value in help; empty for a flag. */
    public String placeholder() {
        return type.placeholder();
    }

    /** The default as help shows it; empty if there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** One or two lines. */
    public List<String> help() {
        return help;
    }

    /** The value that texts mean; an IllegalArgumentException says what is wrong and what would be right. */
    T read(List<String> texts) {
        return type.reader().apply(texts);
    }

    /** @param command what runs as a worker; empty for the built-in one */
    T defaultValue(List<String> command) {
        String[] both = defaultText.split(FOR_A_COMMAND);
        String text = both[command.isEmpty() ? 0 : both.length - 1];
        return type.absent().orElseGet(() -> read(text.isEmpty() ? List.of() : List.of(text)));
    }

    /** A value as one would write it; for an optional one that is absent, the words for its default. */
    String text(T value) {
        return type.absent().filter(value::equals).isPresent()
                ? defaultText
                : type.writer().apply(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
