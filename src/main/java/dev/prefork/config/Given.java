package dev.prefork.config;

import dev.prefork.config.SettingSources.Found;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The values that were given, as text, with their origins, and their reading as numbers, durations and so on. What is not
 * given is absent here; a value that cannot be read is refused under the name its user wrote.
 */
final class Given {
    private final Map<Setting, Value> values = new EnumMap<>(Setting.class);

    Given(Map<Setting, List<String>> commandLine, SettingSources sources) {
        for (Setting setting : Setting.values()) {
            List<String> texts = commandLine.get(setting);
            if (texts != null) {
                values.put(setting, new Value(texts, Origin.commandLine(setting)));
            } else {
                find(setting, sources).ifPresent(value -> values.put(setting, value));
            }
        }
        values.forEach(Given::refuseEmpty);
    }

    private record Value(List<String> texts, Origin origin) {
        String text() {
            return texts.get(0);
        }
    }

    boolean has(Setting setting) {
        return values.containsKey(setting);
    }

    Origin origin(Setting setting) {
        return has(setting) ? values.get(setting).origin() : Origin.byDefault(setting);
    }

    /** How to name a setting with its value in a message, such as {@code --workers -1}. */
    String shown(Setting setting) {
        Value value = values.get(setting);
        return value.origin().with(String.join(",", value.texts()));
    }

    List<String> texts(Setting setting, List<String> otherwise) {
        return has(setting) ? values.get(setting).texts() : otherwise;
    }

    /** The one text of a setting that is not a list. */
    Optional<String> text(Setting setting) {
        return Optional.ofNullable(values.get(setting)).map(Value::text);
    }

    /** A whole number of at least {@code least}; {@code rule} is the message for any other value. */
    OptionalInt number(Setting setting, int least, String rule) {
        Optional<String> text = text(setting);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        int number;
        try {
            number = Integer.parseInt(text.get());
        } catch (NumberFormatException e) {
            String what = text.get().matches("[+-]?\\d+") ? "this number is out of range" : "not a whole number";
            throw refused(setting, what + "; " + rule);
        }
        if (number < least) {
            throw refused(setting, rule);
        }
        return OptionalInt.of(number);
    }

    Duration duration(Setting setting, Duration otherwise) {
        return text(setting).map(text -> duration(setting, text)).orElse(otherwise);
    }

    /** A duration that is, or is part of, a setting's value. */
    Duration duration(Setting setting, String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException e) {
            throw refused(setting, e.getMessage());
        }
    }

    boolean flag(Setting setting, boolean otherwise) {
        Optional<String> text = text(setting);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw refused(setting, "neither true nor false");
        };
    }

    UsageException refused(Setting setting, String why) {
        return new UsageException(shown(setting) + ": " + why);
    }

    private static Optional<Value> find(Setting setting, SettingSources sources) {
        Optional<Found> whole = sources.find(setting.property());
        if (setting.kind() != Setting.Kind.LIST) {
            return whole.map(found -> new Value(List.of(found.text()), found.origin()));
        }
        List<String> elements = new ArrayList<>();
        Optional<Found> first = sources.find(setting.property() + "[0]");
        Optional<Found> element = first;
        while (element.isPresent()) {
            elements.add(element.get().text());
            element = sources.find(setting.property() + "[" + elements.size() + "]");
        }
        // Both forms may be there; the stronger source wins as for any other key, and never a mixture of the two.
        boolean one = whole.isPresent()
                && (first.isEmpty() || whole.get().ordinal() >= first.get().ordinal());
        return one
                ? whole.map(found -> new Value(List.of(found.text()), found.origin()))
                : first.map(found -> new Value(List.copyOf(elements), found.origin()));
    }

    private static void refuseEmpty(Setting setting, Value value) {
        if (value.texts().isEmpty() || value.texts().stream().anyMatch(String::isBlank)) {
            throw new UsageException(value.origin() + " is empty; give it a value"
                    + (setting.placeholder().isEmpty() ? "" : " (" + setting.placeholder() + ")")
                    + " or leave it out");
        }
    }
}
