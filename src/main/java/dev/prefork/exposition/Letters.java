package dev.prefork.exposition;

/** Which bytes are what in both text formats. Names in UTF-8, which Prometheus 3 has in quotes, are not known here. */
final class Letters {
    private static final byte LABEL = 1;
    private static final byte METRIC = 2;
    private static final byte[] CLASS = new byte[256];

    static {
        for (int c = 0; c < 128; c++) {
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
            CLASS[c] = letter || isDigit((byte) c) ? (byte) (LABEL | METRIC) : 0;
        }
        CLASS[':'] = METRIC;
    }

    private Letters() {}

    static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    /** A carriage return is one, so that text which was through Windows can be read. */
    static boolean isBlank(byte c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    static int blanks(byte[] body, int from) {
        int at = from;
        while (at < body.length && isBlank(body[at])) {
            at++;
        }
        return at;
    }

    /** To the next blank or line feed. */
    static int word(byte[] body, int from) {
        int at = from;
        while (at < body.length && !isBlank(body[at]) && body[at] != '\n') {
            at++;
        }
        return at;
    }

    /** To the line feed, or the end. */
    static int line(byte[] body, int from) {
        int at = from;
        while (at < body.length && body[at] != '\n') {
            at++;
        }
        return at;
    }

    /** Behind the name of a metric; where it began if there is none. */
    static int metricName(byte[] body, int from) {
        return name(body, from, METRIC);
    }

    static int labelName(byte[] body, int from) {
        return name(body, from, LABEL);
    }

    private static int name(byte[] body, int from, byte mask) {
        int at = from;
        while (at < body.length && (CLASS[body[at] & 0xff] & mask) != 0) {
            at++;
        }
        return at > from && isDigit(body[from]) ? from : at;
    }
}
