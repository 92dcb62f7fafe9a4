package dev.prefork.it;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Finds the end of one HTTP/1.1 answer after another in what arrives, piece by piece. Knows bodies with Content-Length
 * alone: the answers under load are short and plain. One thread.
 */
final class AnswerScanner {
    private final StringBuilder head = new StringBuilder();
    private boolean headComplete;
    private int status;
    private boolean last;
    private long bodyLeft;

    /** Reads what there is; true once an answer is complete. What follows it stays in the buffer. */
    boolean scan(ByteBuffer arrived) {
        while (!headComplete && arrived.hasRemaining()) {
            head.append((char) (arrived.get() & 0xff));
            int length = head.length();
            if (head.charAt(length - 1) == '\n'
                    && length >= 4
                    && head.substring(length - 4).equals("\r\n\r\n")) {
                readHead();
            }
        }
        if (!headComplete) {
            return false;
        }
        int taken = (int) Math.min(bodyLeft, arrived.remaining());
        arrived.position(arrived.position() + taken);
        bodyLeft -= taken;
        return bodyLeft == 0;
    }

    private void readHead() {
        headComplete = true;
        String text = head.toString().toLowerCase(Locale.ROOT);
        status = text.matches("(?s)http/1\\.1 \\d{3}\\b.*") ? Integer.parseInt(text.substring(9, 12)) : 0;
        last = text.contains("\r\nconnection: close\r\n");
        int length = text.indexOf("\r\ncontent-length: ");
        bodyLeft = length < 0 ? 0 : Long.parseLong(text.substring(length + 18, text.indexOf('\r', length + 18)));
    }

    /** Of the complete answer; 0 when it was no HTTP. */
    int status() {
        return status;
    }

    /** Whether the complete answer announced the end of its connection. */
    boolean isLast() {
        return last;
    }

    /** Whether a part of the next answer is here. */
    boolean hasBegun() {
        return head.length() > 0;
    }

    /** Ready for the next answer. */
    void reset() {
        head.setLength(0);
        headComplete = false;
        status = 0;
        last = false;
        bodyLeft = 0;
    }

    String firstLine() {
        int end = head.indexOf("\r");
        return head.substring(0, end < 0 ? head.length() : end);
    }
}
