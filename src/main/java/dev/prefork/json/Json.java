package dev.prefork.json;

/**
 * JSON as values of the JDK: {@code Map} with {@code String} keys, {@code List}, {@code String}, {@code Number}, {@code Boolean} and
 * {@code null}. Read are a {@code LinkedHashMap} in the order of the text, an {@code ArrayList}, and of numbers {@code Long} where it
 * holds them, else {@code Double}.
 *
 * <p>Threading: any thread; neither keeps what it is given.
 */
public final class Json {
    private Json() {}

    /**
     * As one line without spaces. What cannot be expressed, such as a lone surrogate, is replaced by U+FFFD; a number that is not
     * finite becomes {@code null}.
     *
     * @throws IllegalArgumentException for a value of another type
     */
    public static String write(Object value) {
        StringBuilder text = new StringBuilder(256);
        new JsonWriter(text).value(value);
        return text.toString();
    }

    /** A string with its quotes. */
    public static String quote(String string) {
        StringBuilder text = new StringBuilder(string.length() + 16);
        new JsonWriter(text).string(string);
        return text.toString();
    }

    /**
     * The one value in {@code text}.
     *
     * @throws JsonException if there is none, or more than that, or if it is nested deeper than 64 levels
     */
    public static Object read(String text) {
        return new JsonReader(text).document();
    }
}
