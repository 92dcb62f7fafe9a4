package dev.prefork.notify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one sd_notify(3) message says, or several together. Immutable.
 *
 * @param signs the assignments that carry no text
 * @param status STATUS=: a line for people, without control characters and at most {@value #LONGEST_STATUS} characters
 * @param health PREFORK_HEALTH=, what the worker's own checks have found last
 * @param unknown the first variable that Prefork has no use for
 */
public record Notification(
        Set<Sign> signs, Optional<String> status, Optional<Health> health, Optional<String> unknown) {

    /**
     * What a worker's own checks find.
     *
     * @param down which of them find it not ready, and why, in a line as that of STATUS=; empty if none does
     */
    public record Health(Optional<String> down) {
        static final String UP = "UP";
        static final String DOWN = "DOWN";

        /** Empty where it is neither. */
        static Optional<Health> parse(String text) {
            if (text.equals(UP)) {
                return Optional.of(new Health(Optional.empty()));
            }
            boolean isDown = text.equals(DOWN) || text.startsWith(DOWN + " ");
            String reason =
                    text.substring(Math.min(text.length(), DOWN.length())).strip();
            return isDown
                    ? Optional.of(new Health(Optional.of(reason.isEmpty() ? "it does not say why" : reason)))
                    : Optional.empty();
        }

        /** As it is sent. */
        static String text(Optional<String> down) {
            return down.map(reason -> (DOWN + " " + presentable(reason)).strip())
                    .orElse(UP);
        }
    }

    /** An assignment that says all by being there. */
    public enum Sign {
        /** READY=1: the worker serves. */
        READY,
        /** STOPPING=1: the worker has begun to stop. */
        STOPPING,
        /** WATCHDOG=1: the worker is alive. */
        WATCHDOG,
        /** PREFORK_RECYCLE=1: the worker wants to be replaced, the new one first. */
        RECYCLE,
        /** MAINPID=: the sender tried to name another process in its stead, which is refused. */
        MAINPID
    }

    static final Notification NOTHING =
            new Notification(Set.of(), Optional.empty(), Optional.empty(), Optional.empty());

    static final int LONGEST_STATUS = 256;

    /** No honest message is longer; the rest of a longer one is not looked at. */
    static final int LONGEST_MESSAGE = 8192;

    /** No honest message has more, either. */
    static final int MOST_LINES = 64;

    private static final byte[] READY = "READY=1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STOPPING = "STOPPING=1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WATCHDOG = "WATCHDOG=1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RECYCLE = "PREFORK_RECYCLE=1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STATUS = "STATUS=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEALTH = "PREFORK_HEALTH=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MAINPID = "MAINPID=".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_NAME = 64;

    /** Of a character in UTF-8. */
    private static final int MOST_BYTES = 4;

    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]*");

    /**
     * Of these nothing is expected: X_ is for private use. And BARRIER=1 asks for no more than that the descriptor that comes with
     * it is closed, which is done by not taking it in; see sd_notify_barrier(3).
     */
    private static final Pattern NOT_WORTH_A_WORD = Pattern.compile(
            "READY|STOPPING|WATCHDOG|STATUS|MAINPID|BARRIER|MONOTONIC_USEC|PREFORK_RECYCLE|PREFORK_HEALTH|X_.*");

    public Notification {
        signs = Set.copyOf(signs);
    }

    /**
     * Reads a message. Any process that can reach the socket can send anything, so nothing is an error here: what cannot be
     * understood is not there. And nothing is expensive, since it may be sent without end: text is made of what is used only.
     */
    public static Notification parse(byte[] message) {
        int length = Math.min(message.length, LONGEST_MESSAGE);
        Set<Sign> signs = EnumSet.noneOf(Sign.class);
        Optional<String> unknown = Optional.empty();
        Line status = Line.NONE;
        Line health = Line.NONE;
        int from = 0;
        for (int line = 0; line < MOST_LINES && from < length; line++) {
            int to = from;
            while (to < length && message[to] != '\n') {
                to++;
            }
            sign(message, from, to).ifPresent(signs::add);
            status = begins(STATUS, message, from, to) ? new Line(from + STATUS.length, to) : status;
            health = begins(HEALTH, message, from, to) ? new Line(from + HEALTH.length, to) : health;
            unknown = unknown.isPresent() ? unknown : unknown(message, from, to);
            from = to + 1;
        }
        return new Notification(
                signs, status.text(message), health.text(message).flatMap(Health::parse), unknown);
    }

    /** Where the last assignment of text is, so that none before it is made one. */
    private record Line(int from, int to) {
        static final Line NONE = new Line(-1, -1);

        Optional<String> text(byte[] message) {
            return from < 0
                    ? Optional.empty()
                    : Optional.of(presentable(new String(
                            message, from, Math.min(to - from, MOST_BYTES * LONGEST_STATUS), StandardCharsets.UTF_8)));
        }
    }

    private static Optional<Sign> sign(byte[] message, int from, int to) {
        if (Arrays.equals(message, from, to, READY, 0, READY.length)) {
            return Optional.of(Sign.READY);
        }
        if (Arrays.equals(message, from, to, WATCHDOG, 0, WATCHDOG.length)) {
            return Optional.of(Sign.WATCHDOG);
        }
        if (Arrays.equals(message, from, to, STOPPING, 0, STOPPING.length)) {
            return Optional.of(Sign.STOPPING);
        }
        if (Arrays.equals(message, from, to, RECYCLE, 0, RECYCLE.length)) {
            return Optional.of(Sign.RECYCLE);
        }
        return begins(MAINPID, message, from, to) ? Optional.of(Sign.MAINPID) : Optional.empty();
    }

    private static boolean begins(byte[] beginning, byte[] message, int from, int to) {
        int end = from + beginning.length;
        return end <= to && Arrays.equals(message, from, end, beginning, 0, beginning.length);
    }

    private static Optional<String> unknown(byte[] message, int from, int to) {
        int end = from;
        while (end < to && end - from <= LONGEST_NAME && message[end] != '=') {
            end++;
        }
        if (end == to || end - from > LONGEST_NAME) {
            return Optional.empty();
        }
        String name = new String(message, from, end - from, StandardCharsets.ISO_8859_1);
        return NAME.matcher(name).matches() && !NOT_WORTH_A_WORD.matcher(name).matches()
                ? Optional.of(name)
                : Optional.empty();
    }

    public boolean says(Sign sign) {
        return signs.contains(sign);
    }

    /** This one and a later one of the same sender, as one. */
    Notification and(Notification later) {
        Set<Sign> both = EnumSet.noneOf(Sign.class);
        both.addAll(signs);
        both.addAll(later.signs);
        return new Notification(
                both, later.status.or(() -> status), later.health.or(() -> health), unknown.or(() -> later.unknown));
    }

    /** The text goes into logs and onto pages: control characters could forge a line or move a terminal's cursor. */
    static String presentable(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .map(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c)
                .limit(LONGEST_STATUS)
                .forEach(clean::appendCodePoint);
        return clean.toString().strip();
    }
}
