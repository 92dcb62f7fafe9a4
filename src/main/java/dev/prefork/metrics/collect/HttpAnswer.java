package dev.prefork.metrics.collect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer of HTTP/1 that has come to its end. Pure. */
final class HttpAnswer {
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[0-9] ([0-9]{3})\\b.*");
    private static final Pattern LENGTH = Pattern.compile("(?m)^content-length:\\s*(\\d+)\\s*$");
    private static final Pattern CHUNKED = Pattern.compile("(?m)^transfer-encoding:.*\\bchunked\\s*$");

    private static final int MOST_DIGITS = 10;

    private HttpAnswer() {}

    /**
     * What is in it.
     *
     * @throws IOException if it is not an HTTP response, not 200, or not whole
     */
    static byte[] body(byte[] answer) throws IOException {
        int end = indexOf(answer, END_OF_HEAD, 0);
        if (end < 0) {
            throw new IOException("the response is not HTTP, or is incomplete");
        }
        String head = new String(answer, 0, end + 2, StandardCharsets.ISO_8859_1);
        int firstLine = head.indexOf('\r');
        Matcher status = STATUS.matcher(head.substring(0, firstLine));
        if (!status.matches()) {
            throw new IOException("the response is not HTTP");
        }
        if (!status.group(1).equals("200")) {
            throw new IOException("the response has the status " + status.group(1));
        }
        String fields = head.toLowerCase(Locale.ROOT).replace("\r", "");
        byte[] body = Arrays.copyOfRange(answer, end + END_OF_HEAD.length, answer.length);
        if (CHUNKED.matcher(fields).find()) {
            return joined(body);
        }
        Matcher length = LENGTH.matcher(fields);
        return length.find() ? Arrays.copyOf(body, length(length.group(1), body.length)) : body;
    }

    /**
     * How many bytes an answer has in all, so that no scrape has to wait for the end of its connection: some servers keep it, asked
     * or not. Empty while that is not known; {@link Long#MAX_VALUE} if only the connection's end tells.
     */
    static OptionalLong expectedLength(byte[] begun) {
        int end = indexOf(begun, END_OF_HEAD, 0);
        if (end < 0) {
            return OptionalLong.empty();
        }
        String fields = new String(begun, 0, end + 2, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .replace("\r", "");
        Matcher length = LENGTH.matcher(fields);
        boolean known = length.find()
                && length.group(1).length() <= MOST_DIGITS
                && !CHUNKED.matcher(fields).find();
        return OptionalLong.of(known ? end + END_OF_HEAD.length + Long.parseLong(length.group(1)) : Long.MAX_VALUE);
    }

    /** @param most there are, so that no number of more digits is one that fits */
    private static int length(String digits, int most) throws IOException {
        boolean fits = digits.length() <= MOST_DIGITS && Long.parseLong(digits) <= most;
        if (!fits) {
            throw new IOException("the response is truncated");
        }
        return Integer.parseInt(digits);
    }

    /** RFC 9112, section 7.1: the length in hexadecimal digits, a line's end, so many bytes, a line's end. */
    private static byte[] joined(byte[] chunks) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(chunks.length);
        int at = 0;
        while (true) {
            int line = indexOf(chunks, new byte[] {'\r', '\n'}, at);
            String size = line < 0
                    ? ""
                    : new String(chunks, at, line - at, StandardCharsets.ISO_8859_1)
                            .replaceFirst(";.*", "")
                            .strip();
            if (!size.matches("[0-9a-fA-F]{1,7}")) {
                throw new IOException("the response is truncated");
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                return body.toByteArray();
            }
            if (line + 2 + length > chunks.length) {
                throw new IOException("the response is truncated");
            }
            body.write(chunks, line + 2, length);
            at = line + 2 + length + 2;
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i <= bytes.length - wanted.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
