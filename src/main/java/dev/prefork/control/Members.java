package dev.prefork.control;

import dev.prefork.json.Json;
import dev.prefork.json.JsonException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The members of a message. What is missing, or of another kind than is asked for, is refused. Immutable. */
record Members(Map<?, ?> values) {
    /** Of the protocol. A master and its clients are of one release, or nearly: no other is understood. */
    static final int VERSION = 1;

    /**
     * Those of a message of this version.
     *
     * @throws BadMessageException if it is none
     */
    static Members of(String text) {
        Object value;
        try {
            value = Json.read(text);
        } catch (JsonException e) {
            throw new BadMessageException("a message must be JSON: " + e.getMessage());
        }
        if (!(value instanceof Map<?, ?> values)) {
            throw new BadMessageException("a message must be a JSON object");
        }
        Members members = new Members(values);
        long version =
                members.number("version").orElseThrow(() -> new BadMessageException("a message must have a version"));
        if (version != VERSION) {
            throw new BadMessageException("this is version " + VERSION + " of the protocol, not " + version);
        }
        return members;
    }

    /** Refuses all members but these: what is not understood must not be left undone in silence. */
    void requireNoOthersThan(Set<String> known) {
        Set<String> others = new TreeSet<>();
        values.keySet().forEach(key -> others.add((String) key));
        others.removeAll(known);
        if (!others.isEmpty()) {
            throw new BadMessageException(
                    "there is no member " + others.iterator().next() + " in this message");
        }
    }

    Optional<Long> number(String name) {
        return value(name, Long.class, "a whole number");
    }

    int requireInt(String name) {
        long number = number(name).orElseThrow(() -> new BadMessageException(name + " is missing"));
        if (number != (int) number) {
            throw new BadMessageException(name + " is out of range");
        }
        return (int) number;
    }

    Optional<String> text(String name) {
        return value(name, String.class, "a text");
    }

    /** False if it is missing. */
    boolean flag(String name) {
        return value(name, Boolean.class, "true or false").orElse(false);
    }

    private <T> Optional<T> value(String name, Class<T> type, String inWords) {
        Object value = values.get(name);
        if (value != null && !type.isInstance(value)) {
            throw new BadMessageException(name + " must be " + inWords);
        }
        return Optional.ofNullable(type.cast(value));
    }
}
