package dev.prefork.control;

import java.time.Duration;

/**
 * What clients of a control socket may cost. Immutable.
 *
 * @param clients at one time; more wait in the backlog until one is answered, or has to give way
 * @param followers how many of them may follow events, which takes no end: the others are for those that act
 * @param start how long a client that has asked for nothing yet is safe from giving way to others
 * @param patience how long a client may take to send its request, and to take in a part of its answer
 * @param unread how many bytes of answers may wait for all clients together before another answer is made
 */
record Limits(int clients, int followers, Duration start, Duration patience, int unread) {
    /** A request's text, in bytes. */
    static final int LONGEST_REQUEST = 1 << 12;

    /** An answer's text, in bytes. */
    static final int LONGEST_ANSWER = 1 << 22;

    static final Limits USUAL = new Limits(64, 48, Duration.ofSeconds(1), Duration.ofSeconds(5), 1 << 20);
}
