package dev.prefork.control;

import dev.prefork.json.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a master says to a request: some progress perhaps, and then one answer that is the last. Immutable.
 *
 * @param kind whether more follows, and whether it is done
 * @param body a JSON value
 */
public record Answer(Kind kind, String body) {

    /** What an answer is, and by that, whether it is the last. */
    public enum Kind {
        /** It is on its way; the body is a text for people, or an object. */
        PROGRESS,
        /** It is done; the body is an object. */
        DONE,
        /** It is not done; the body is a text for people that says why. */
        REFUSED,
        /** The loop has not said anything, so it may be done or not; the body is a text for people. */
        UNANSWERED;

        /** As on the wire. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final String BODY = "body";
    static final String KIND = "answer";

    public static Answer progress(String line) {
        return new Answer(Kind.PROGRESS, Json.quote(line));
    }

    public static Answer progress(Map<String, ?> members) {
        return new Answer(Kind.PROGRESS, Json.write(members));
    }

    /** @param members in the order in which they are to stand */
    public static Answer done(Map<String, ?> members) {
        return new Answer(Kind.DONE, Json.write(members));
    }

    public static Answer refused(String why) {
        return new Answer(Kind.REFUSED, Json.quote(why));
    }

    public static Answer unanswered(String why) {
        return new Answer(Kind.UNANSWERED, Json.quote(why));
    }

    /** The body's words for people. */
    public String line() {
        Object value = Json.read(body);
        return String.valueOf(value instanceof Map<?, ?> map && map.containsKey("line") ? map.get("line") : value);
    }

    public boolean isLast() {
        return kind != Kind.PROGRESS;
    }

    /** As on the wire. */
    String text() {
        return "{\"version\":" + Members.VERSION + ",\"" + KIND + "\":" + Json.quote(kind.word()) + ",\"" + BODY + "\":"
                + body + "}";
    }

    /** What was received, with the body as values of the JDK. */
    public record Received(Kind kind, Object body) {

        /** The body's members; none if it is not an object. */
        public Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            if (body instanceof Map<?, ?> map) {
                map.forEach((key, value) -> members.put((String) key, value));
            }
            return members;
        }

        /** The body as a text. */
        public String line() {
            return String.valueOf(body);
        }

        public boolean isLast() {
            return kind != Kind.PROGRESS;
        }
    }

    static Received parse(String text) {
        Members members = Members.of(text);
        String kind = members.text(KIND).orElse("");
        for (Kind known : Kind.values()) {
            if (known.word().equals(kind)) {
                return new Received(known, members.values().get(BODY));
            }
        }
        throw new BadMessageException("there is no such answer");
    }
}
