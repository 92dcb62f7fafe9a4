package dev.prefork.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The final response among the bytes that a server has sent so far; interim ones, such as 103 Early Hints, are passed over.
 * Immutable.
 *
 * @param status from 200 to 599
 * @param start where in the bytes the body begins
 * @param length of the body; {@link #UNKNOWN} if its chunks, or the end of the connection, tell
 * @param chunked whether the body comes in chunks, which a server may do even if asked in HTTP/1.0
 */
public record Response(int status, int start, long length, boolean chunked) {
    public static final long UNKNOWN = -1;

    /** Beyond that nothing is taken for a head. */
    private static final int LONGEST_HEAD = 1 << 16;

    private static final String VERSION = "HTTP/1.";
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[0-9] ([1-5][0-9]{2})[ \\r\\n]");
    private static final int SHORTEST = "HTTP/1.1 200\r".length();
    private static final int FIRST_FINAL = 200;
    private static final Pattern END_OF_HEAD = Pattern.compile("\\r?\\n\\r?\\n");
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d+)\\s*$");
    private static final Pattern CHUNKED = Pattern.compile("(?im)^transfer-encoding:.*\\bchunked\\s*$");
    private static final int MOST_DIGITS = 10;

    /** Whether these bytes begin an HTTP/1 response, or may if more of them come. */
    public static boolean isPossible(byte[] arrived) {
        String text = text(arrived);
        return text.length() < SHORTEST
                ? VERSION.startsWith(text) || text.startsWith(VERSION)
                : STATUS_LINE.matcher(text).lookingAt();
    }

    /** The final status, as soon as its line has come so far. */
    public static OptionalInt status(byte[] arrived) {
        return finalLine(text(arrived))
                .map(line -> OptionalInt.of(statusOf(line)))
                .orElse(OptionalInt.empty());
    }

    /** The response, as soon as its head is complete. */
    public static Optional<Response> parse(byte[] arrived) {
        String text = text(arrived);
        return finalLine(text).flatMap(line -> parse(text, line));
    }

    private static Optional<Response> parse(String text, MatchResult line) {
        Matcher end = END_OF_HEAD.matcher(text);
        if (!end.find(line.start())) {
            return Optional.empty();
        }
        String head = text.substring(line.start(), end.start()).replace("\r", "");
        Matcher length = LENGTH.matcher(head);
        boolean chunked = CHUNKED.matcher(head).find();
        // Chunks come before a length; see RFC 9112, section 6.3.
        long said = chunked || !length.find() ? UNKNOWN : number(length.group(1));
        return Optional.of(new Response(statusOf(line), end.end(), said, chunked));
    }

    /** How many bytes there will be in all, head included; {@link Long#MAX_VALUE} if only the connection's end tells. */
    public long total() {
        return length == UNKNOWN || length == Long.MAX_VALUE ? Long.MAX_VALUE : start + length;
    }

    /**
     * The body, from all that has arrived.
     *
     * @throws IOException if it is not whole
     */
    public byte[] body(byte[] arrived) throws IOException {
        byte[] rest = Arrays.copyOfRange(arrived, start, arrived.length);
        if (chunked) {
            return joined(rest);
        }
        if (length > rest.length) {
            throw truncated();
        }
        return length == UNKNOWN ? rest : Arrays.copyOf(rest, (int) length);
    }

    /** RFC 9112, section 7.1: the length in hexadecimal digits, a line's end, so many bytes, a line's end. */
    private static byte[] joined(byte[] chunks) throws IOException {
        String text = new String(chunks, StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream body = new ByteArrayOutputStream(chunks.length);
        int at = 0;
        while (true) {
            int line = text.indexOf("\r\n", at);
            String size = line < 0
                    ? ""
                    : text.substring(at, line).replaceFirst(";.*", "").strip();
            if (!size.matches("[0-9a-fA-F]{1,7}")) {
                throw truncated();
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                return body.toByteArray();
            }
            if (line + 2 + length > chunks.length) {
                throw truncated();
            }
            body.write(chunks, line + 2, length);
            at = line + 2 + length + 2;
        }
    }

    /** The final status line, if it has come so far. */
    private static Optional<MatchResult> finalLine(String text) {
        Matcher line = STATUS_LINE.matcher(text);
        Matcher end = END_OF_HEAD.matcher(text);
        while (line.lookingAt()) {
            if (statusOf(line) >= FIRST_FINAL) {
                return Optional.of(line);
            }
            if (!end.find(line.start())) {
                return Optional.empty();
            }
            line.region(end.end(), text.length());
        }
        return Optional.empty();
    }

    private static int statusOf(MatchResult line) {
        return Integer.parseInt(line.group(1));
    }

    /** A number of more digits fits no body. */
    private static long number(String digits) {
        return digits.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    private static String text(byte[] arrived) {
        return new String(arrived, 0, Math.min(arrived.length, LONGEST_HEAD), StandardCharsets.ISO_8859_1);
    }

    private static IOException truncated() {
        return new IOException("the response is truncated");
    }
}
