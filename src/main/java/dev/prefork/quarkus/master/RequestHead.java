package dev.prefork.quarkus.master;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The head of a request that is well-formed beyond doubt: everything about which two readers could differ is refused, so that
 * nothing can be smuggled past a proxy; see sections 2.2, 3 and 5 of RFC 9112. Immutable.
 *
 * @param lines to be passed on: without those that ask for another protocol, which HTTP lets a server ignore (RFC 9110, 7.8).
 *     A JDK's client asks for HTTP/2 in this way with its first request
 * @param bodyBytes that follow
 */
record RequestHead(List<String> lines, long bodyBytes) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern REQUEST_LINE = Pattern.compile(TOKEN + " ([\\x21-\\x7e]+) HTTP/(\\d)\\.(\\d)");

    /** With whole escapes only; not the forms of CONNECT, and of OPTIONS for a server as a whole. */
    private static final Pattern TARGET = Pattern.compile("(?i)(?:https?:/)?/(?:[^%]|%[0-9a-f]{2})*");

    private static final Pattern HOST = Pattern.compile("(?:[\\w.~!$&'()*+,;=-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");
    private static final int HIGHEST_PORT = 65535;
    private static final Pattern NAME = Pattern.compile(TOKEN);
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
    private static final Set<String> OTHER_PROTOCOL = Set.of("upgrade", "http2-settings");
    private static final Set<String> ONCE = Set.of("host", "content-length");

    RequestHead {
        lines = List.copyOf(lines);
    }

    /** Why a request is refused. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String status;

        /** @param status the number and the phrase for it */
        RefusedException(String status, String reason) {
            super(reason, null, false, false);
            this.status = status;
        }

        String status() {
            return status;
        }

        static RefusedException malformed(String reason) {
            return new RefusedException("400 Bad Request", reason);
        }
    }

    /**
     * Judges it.
     *
     * @param lines without their ends, which are known to be CR LF; the last one, which is empty, left out
     */
    static RequestHead of(List<String> lines, long mostBodyBytes) throws RefusedException {
        boolean needsHost = requestLine(lines.get(0));
        List<String> kept = new ArrayList<>(List.of(lines.get(0)));
        Set<String> seen = new HashSet<>();
        long body = 0;
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon < 0 || !NAME.matcher(line.substring(0, colon)).matches()) {
                // A line that begins with a space would continue the one before it.
                throw RefusedException.malformed("a header without a valid name");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (!seen.add(name) && ONCE.contains(name)) {
                throw RefusedException.malformed("more than one " + name);
            }
            String value = line.substring(colon + 1).strip();
            if (name.equals("host")) {
                host(value);
            }
            body += bodyBytes(name, value, mostBodyBytes);
            if (!OTHER_PROTOCOL.contains(name)) {
                kept.add(line);
            }
        }
        if (needsHost && !seen.contains("host")) {
            throw RefusedException.malformed("no host");
        }
        return new RequestHead(kept, body);
    }

    /** Whether a host must follow. */
    private static boolean requestLine(String line) throws RefusedException {
        var matcher = REQUEST_LINE.matcher(line);
        if (!matcher.matches()) {
            throw RefusedException.malformed("an invalid request line");
        }
        if (!matcher.group(2).equals("1")) {
            throw new RefusedException("505 HTTP Version Not Supported", "HTTP/" + matcher.group(2));
        }
        if (!TARGET.matcher(matcher.group(1)).matches()) {
            throw RefusedException.malformed("an invalid target of a request");
        }
        return !matcher.group(3).equals("0");
    }

    private static void host(String value) throws RefusedException {
        var matcher = HOST.matcher(value);
        if (!matcher.matches() || matcher.group(1) != null && Integer.parseInt(matcher.group(1)) > HIGHEST_PORT) {
            throw RefusedException.malformed("an invalid host");
        }
    }

    private static long bodyBytes(String name, String value, long most) throws RefusedException {
        switch (name) {
            case "transfer-encoding":
                throw RefusedException.malformed("a Transfer-Encoding");
            case "expect":
                throw new RefusedException("417 Expectation Failed", "an Expect header");
            case "content-length":
                if (!LENGTH.matcher(value).matches()) {
                    throw RefusedException.malformed("an invalid Content-Length");
                }
                if (Long.parseLong(value) > most) {
                    throw new RefusedException("413 Content Too Large", "a body of more than " + most + " bytes");
                }
                return Long.parseLong(value);
            default:
                return 0;
        }
    }
}
