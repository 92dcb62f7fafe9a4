package dev.prefork.quarkus.master.early;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What matters of a request when each connection has only one: what is asked for. Headers and a body change no answer.
 *
 * @param path without a query
 */
record EarlyRequest(String method, String path) {
    private static final String END_OF_HEAD = "\r\n\r\n";

    boolean isHead() {
        return method.equals("HEAD");
    }

    boolean reads() {
        return isHead() || method.equals("GET");
    }

    /** Where the head ends that begins the bytes; empty while it is not complete. */
    static Optional<String> head(byte[] bytes, int length) {
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(END_OF_HEAD);
        return end < 0 ? Optional.empty() : Optional.of(text.substring(0, end));
    }

    /** Empty if the head does not begin with a request line; see RFC 9112, section 3. */
    static Optional<EarlyRequest> parse(String head) {
        int lineEnd = head.indexOf("\r\n");
        String line = lineEnd < 0 ? head : head.substring(0, lineEnd);
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || last <= first + 1 || !line.startsWith("HTTP/1.", last + 1)) {
            return Optional.empty();
        }
        String target = line.substring(first + 1, last);
        if (!target.startsWith("/") || target.indexOf(' ') >= 0) {
            return Optional.empty();
        }
        int query = target.indexOf('?');
        return Optional.of(new EarlyRequest(line.substring(0, first), query < 0 ? target : target.substring(0, query)));
    }
}
