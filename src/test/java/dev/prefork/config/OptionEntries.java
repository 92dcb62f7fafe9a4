package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Option.Group;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Whether a text has the one entry that each option must have in it. */
public final class OptionEntries {
    /** An option that a text cannot know, as one is that was added to the list alone. */
    public static final Option<?> FORGOTTEN =
            new Option<>(Group.LIFE, "no-such-option", OptionType.DURATION, "7s", "Has no effect.");

    /** The backlog with another default than the text has. */
    private static final Option<?> MISPRINTED = new Option<>(
            Options.BACKLOG.group(),
            Options.BACKLOG.name(),
            OptionType.number(1, ""),
            "4097",
            String.join("\n", Options.BACKLOG.help()));

    private OptionEntries() {}

    /** Also makes sure that an option which is not there, or has another default there, would be found. */
    public static void assertComplete(String text, Function<Option<?>, String> entry) {
        assertThat(faults(text, Options.all(), entry)).isEmpty();
        assertThat(faults(text, List.of(FORGOTTEN, MISPRINTED), entry)).containsExactly("no-such-option", "backlog");
    }

    /** The options whose entry is not there, or there more than once. */
    private static List<String> faults(String text, Collection<Option<?>> options, Function<Option<?>, String> entry) {
        return options.stream()
                .filter(option -> {
                    int first = text.indexOf(entry.apply(option));
                    return first < 0 || first != text.lastIndexOf(entry.apply(option));
                })
                .map(Option::name)
                .toList();
    }
}
