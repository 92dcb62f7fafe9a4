package dev.prefork.notify;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one sd_notify(3) message says, or several together. Immutable.
 *
 * @param signs the assignments that carry no text
 * @param status STATUS=: a line for people, without control characters and at most {@value #LONGEST_STATUS} characters
 * @param unknown the first variable that Prefork has no use for
 */
public record Notification(Set<Sign> signs, Optional<String> status, Optional<String> unknown) {

    /** An assignment that says all by being there. */
    public enum Sign {
        /** READY=1: the worker serves. */
        READY,
        /** STOPPING=1: the worker has begun to stop. */
        STOPPING,
        /** WATCHDOG=1: the worker is alive. */
        WATCHDOG,
        /** MAINPID=: the sender tried to name another process in its stead, which is refused. */
        MAINPID
    }

    static final int LONGEST_STATUS = 256;

    /** No honest message is longer; the rest of a longer one is not looked at. */
    static final int LONGEST_MESSAGE = 8192;

    private static final String STATUS = "STATUS=";
    private static final String MAINPID = "MAINPID=";
    private static final Pattern VARIABLE = Pattern.compile("([A-Z][A-Z0-9_]{0,63})=.*", Pattern.DOTALL);

    /**
     * Of these nothing is expected: X_ is for private use. And BARRIER=1 asks for no more than that the descriptor that comes with
     * it is closed, which is done by not taking it in; see sd_notify_barrier(3).
     */
    private static final Pattern NOT_WORTH_A_WORD =
            Pattern.compile("READY|STOPPING|WATCHDOG|STATUS|MAINPID|BARRIER|MONOTONIC_USEC|X_.*");

    public Notification {
        signs = Set.copyOf(signs);
    }

    /**
     * Reads a message. Any process that can reach the socket can send anything, so nothing is an error here: what cannot be
     * understood is not there.
     */
    public static Notification parse(byte[] message) {
        int length = Math.min(message.length, LONGEST_MESSAGE);
        Set<Sign> signs = EnumSet.noneOf(Sign.class);
        Optional<String> status = Optional.empty();
        Optional<String> unknown = Optional.empty();
        for (String line : new String(message, 0, length, StandardCharsets.UTF_8).split("\n")) {
            sign(line).ifPresent(signs::add);
            if (line.startsWith(STATUS)) {
                status = Optional.of(presentable(line.substring(STATUS.length())));
            }
            unknown = unknown.or(() -> unknown(line));
        }
        return new Notification(signs, status, unknown);
    }

    private static Optional<Sign> sign(String line) {
        return switch (line) {
            case "READY=1" -> Optional.of(Sign.READY);
            case "STOPPING=1" -> Optional.of(Sign.STOPPING);
            case "WATCHDOG=1" -> Optional.of(Sign.WATCHDOG);
            default -> line.startsWith(MAINPID) ? Optional.of(Sign.MAINPID) : Optional.empty();
        };
    }

    private static Optional<String> unknown(String line) {
        Matcher assignment = VARIABLE.matcher(line);
        return assignment.matches()
                        && !NOT_WORTH_A_WORD.matcher(assignment.group(1)).matches()
                ? Optional.of(assignment.group(1))
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
        return new Notification(both, later.status.or(() -> status), unknown.or(() -> later.unknown));
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
