package dev.prefork.control;

import java.util.List;

/**
 * What becomes of a request. Looked at by the control socket's thread again and again, some ten times a second, until it has given an
 * answer that is the last; a look must not block.
 */
@FunctionalInterface
public interface Course {

    /** What there is to say since the last look. */
    List<Answer> look();

    /** The client has gone, or has its last answer. */
    default void over() {}

    /** One that is over at once. */
    static Course of(Answer only) {
        return () -> List.of(only);
    }
}
