package dev.prefork.control;

import java.time.Duration;

/**
 * What clients of a control socket may cost. Immutable.
 *
 * @param clients at one time; of more, the one that has been silent the longest gives way
 * @param patience how long a client may take to send its request, and to take in a part of its answer
 * @param unread how many bytes of answers may wait for all clients together before another answer is made
 */
record Limits(int clients, Duration patience, int unread) {
    /** A request's text, in bytes. */
    static final int LONGEST_REQUEST = 1 << 12;

    /** An answer's text, in bytes. */
    static final int LONGEST_ANSWER = 1 << 22;

    static final Limits USUAL = new Limits(64, Duration.ofSeconds(5), 1 << 20);
}
