package dev.prefork.quarkus.master.page;

import dev.prefork.log.EntryJson;
import dev.prefork.log.RecentEntries;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * An event of the kind {@code status}, in the format of server-sent events (HTML, 9.2.5). Immutable.
 *
 * @param number goes up with each that differs from the one before
 * @param essence the document without what changes with time alone
 */
record Frame(long number, String essence, Buffer event) {
    static final Frame NONE = new Frame(0, "", Buffer.buffer());

    /** Tells a proxy, and the page, that the connection is alive: of a comment a browser tells no script. */
    static final Buffer HEARTBEAT = Buffer.buffer("event: alive\ndata: {}\n\n");

    private static final String BEGIN = "event: status\ndata: ";
    private static final String END = "\n\n";

    /** Inside of a text the quotes would be escaped. */
    private static final Pattern PASSING = Pattern.compile(
            "\"(?:time|started|ready_since|uptime_seconds|ready_seconds|halted_seconds|loop_lag_seconds)\":(?:\"[^\"]*\"|[^,}]*)");

    /** The next one, or this one, if nothing has changed. */
    Frame after(byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8);
        String now = PASSING.matcher(text).replaceAll("");
        return now.equals(essence) ? this : new Frame(number + 1, now, event(document));
    }

    private static Buffer event(byte[] document) {
        return Buffer.buffer(BEGIN.length() + document.length + END.length())
                .appendString(BEGIN)
                .appendBytes(document)
                .appendString(END);
    }

    /** An event of the kind {@code log}, as the log has it in JSON. JSON has no line breaks, so it is one line. */
    static String of(RecentEntries.Numbered numbered) {
        return "event: log\nid: " + numbered.sequence() + "\ndata: " + EntryJson.of(numbered) + END;
    }
}
