package dev.prefork.notify;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What one sd_notify(3) message says. Immutable. Assignments that Prefork does not know are left out.
 *
 * @param ready READY=1: the worker serves
 * @param stopping STOPPING=1: the worker has begun to stop
 * @param watchdog WATCHDOG=1: the worker is alive
 * @param status STATUS=: a line for people, without control characters and at most {@value #LONGEST_STATUS} characters
 * @param mainPid whether the sender tried to name another process in its stead (MAINPID=), which is refused
 */
public record Notification(
        boolean ready, boolean stopping, boolean watchdog, Optional<String> status, boolean mainPid) {
    static final int LONGEST_STATUS = 256;

    /** No honest message is longer; the rest of a longer one is not looked at. */
    static final int LONGEST_MESSAGE = 8192;

    private static final String STATUS = "STATUS=";
    private static final String MAIN_PID = "MAINPID=";

    /**
     * Reads a message. Any process that can reach the socket can send anything, so nothing is an error here: what cannot be
     * understood is not there.
     */
    public static Notification parse(byte[] message) {
        int length = Math.min(message.length, LONGEST_MESSAGE);
        boolean ready = false;
        boolean stopping = false;
        boolean watchdog = false;
        boolean mainPid = false;
        Optional<String> status = Optional.empty();
        for (String line : new String(message, 0, length, StandardCharsets.UTF_8).split("\n")) {
            ready |= line.equals("READY=1");
            stopping |= line.equals("STOPPING=1");
            watchdog |= line.equals("WATCHDOG=1");
            mainPid |= line.startsWith(MAIN_PID);
            if (line.startsWith(STATUS)) {
                status = Optional.of(presentable(line.substring(STATUS.length())));
            }
        }
        return new Notification(ready, stopping, watchdog, status, mainPid);
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
