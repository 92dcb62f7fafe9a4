package dev.prefork.config;

import java.util.List;

/**
 * What was given for an option. Immutable.
 *
 * @param texts one for each time it was given
 */
record Given(List<String> texts, Origin origin) {

    /** The value it means; what cannot be read is refused under the name that its user wrote. */
    <T> T read(Option<T> option) {
        if (texts.isEmpty() || texts.stream().anyMatch(String::isBlank)) {
            throw new UsageException(origin + " is empty; give it a value"
                    + (option.placeholder().isEmpty() ? "" : " (" + option.placeholder() + ")") + " or leave it out");
        }
        try {
            return option.read(texts);
        } catch (IllegalArgumentException e) {
            // A variable may be a secret, which an error must not spread.
            throw new UsageException(
                    (option == Options.ENV || option == Options.ADMIN_TOKEN ? origin : this) + ": " + e.getMessage());
        }
    }

    /** Such as {@code --workers -1}. */
    @Override
    public String toString() {
        return origin.with(String.join(",", texts));
    }
}
