package dev.prefork.config;

import dev.prefork.config.Option.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How values of one kind are written. Immutable.
 *
 * @param placeholder stands for the value in help
 * @param reader an IllegalArgumentException of its says what is wrong, to follow the option's name and value
 * @param writer what it writes is read as the same value
 * @param absent for a type that is optional, the value that means nothing was given
 */
record OptionType<T>(
        Kind kind,
        String placeholder,
        Function<List<String>, T> reader,
        Function<T, String> writer,
        Optional<T> absent) {

    static final OptionType<Duration> DURATION = new OptionType<>(
            Kind.VALUE, "D", texts -> DurationText.parse(texts.get(0)), DurationText::format, Optional.empty());
    static final OptionType<Boolean> FLAG =
            new OptionType<>(Kind.FLAG, "", texts -> truth(texts.get(0)), Object::toString, Optional.empty());

    static <T> OptionType<T> value(String placeholder, Function<String, T> reader) {
        return new OptionType<>(
                Kind.VALUE, placeholder, texts -> reader.apply(texts.get(0)), Object::toString, Optional.empty());
    }

    /** All that was given at once: repeated, or separated by commas. */
    static <T extends Collection<?>> OptionType<T> list(String placeholder, Function<List<String>, T> reader) {
        return new OptionType<>(Kind.LIST, placeholder, reader, OptionType::joined, Optional.empty());
    }

    /** The same of elements that are read one by one. */
    static <T> Function<List<String>, List<T>> each(Function<String, T> reader) {
        return texts -> texts.stream()
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .map(text -> reader.apply(text.strip()))
                .toList();
    }

    private static String joined(Collection<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /** A whole number of at least {@code least}; {@code rule} is the message for any other. */
    static OptionType<Integer> number(int least, String rule) {
        return value("N", text -> whole(text, rule)).where(number -> number >= least, rule);
    }

    OptionType<T> where(Predicate<T> fits, String rule) {
        return new OptionType<>(
                kind,
                placeholder,
                texts -> {
                    T value = reader.apply(texts);
                    if (!fits.test(value)) {
                        throw new IllegalArgumentException(rule);
                    }
                    return value;
                },
                writer,
                absent);
    }

    /** The same, but written in another way. */
    OptionType<T> writtenBy(Function<T, String> other) {
        return new OptionType<>(kind, placeholder, reader, other, absent);
    }

    /** Optional: absent by default, or when this word is given, if it is not empty. */
    static <T> OptionType<Optional<T>> optional(String word, OptionType<T> type) {
        return type.wrapped(word, Optional.empty(), Optional::of, Optional::orElseThrow);
    }

    /** The same for a number. */
    static OptionType<OptionalInt> optionalNumber(String word, int least, String rule) {
        return number(least, rule).wrapped(word, OptionalInt.empty(), OptionalInt::of, OptionalInt::getAsInt);
    }

    private <U> OptionType<U> wrapped(String word, U absence, Function<T, U> wrap, Function<U, T> unwrap) {
        return new OptionType<>(
                kind,
                placeholder + (word.isEmpty() ? "" : "|" + word),
                texts -> texts.equals(List.of(word)) ? absence : wrap.apply(reader.apply(texts)),
                value -> writer.apply(unwrap.apply(value)),
                Optional.of(absence));
    }

    private static int whole(String text, String rule) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    (text.matches("[+-]?\\d+") ? "this number is out of range; " : "not a whole number; ") + rule);
        }
    }

    private static boolean truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }
}
