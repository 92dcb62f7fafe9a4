package dev.prefork.probe;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The beginning of an HTTP/1 answer as it comes in. Not for several threads. */
final class Reply {
    /** No status line, and no interim answer before it, is as long as that. */
    static final int LONGEST = 16_384;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[0-9] ([1-5][0-9]{2})[ \\r\\n]");
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int SHORTEST = "HTTP/1.1 200\r".length();
    private static final int FIRST_FINAL = 200;

    private final ByteArrayOutputStream head = new ByteArrayOutputStream();

    /** Takes what is in the buffer, as far as it can matter. */
    void add(ByteBuffer arrived) {
        byte[] bytes = new byte[Math.min(arrived.remaining(), LONGEST - head.size())];
        arrived.get(bytes);
        head.writeBytes(bytes);
    }

    /** The final status once it is known: interim answers such as 103 Early Hints are passed over. */
    OptionalInt status() {
        String text = text();
        Matcher line = STATUS_LINE.matcher(text);
        for (int at = 0; line.find(at) && line.start() == at; ) {
            int status = Integer.parseInt(line.group(1));
            if (status >= FIRST_FINAL) {
                return OptionalInt.of(status);
            }
            int end = text.indexOf(END_OF_HEAD, at);
            if (end < 0) {
                return OptionalInt.empty();
            }
            at = end + END_OF_HEAD.length();
        }
        return OptionalInt.empty();
    }

    /** Whether no status can come any more: this is not HTTP/1, or there is no end to it. */
    boolean isHopeless() {
        String text = text();
        boolean other = text.length() >= SHORTEST && !STATUS_LINE.matcher(text).lookingAt();
        return other || head.size() >= LONGEST && status().isEmpty();
    }

    private String text() {
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
