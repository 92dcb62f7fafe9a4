package dev.prefork.quarkus.master.page;

import dev.prefork.json.Json;
import dev.prefork.log.RecentEntries;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An event of the kind {@code status}, in the format of server-sent events (HTML, 9.2.5). Immutable.
 *
 * @param number goes up with each that differs from the one before
 * @param essence the document without what changes with time alone
 */
record Frame(long number, String essence, Buffer event) {
    static final Frame NONE = new Frame(0, "", Buffer.buffer());

    /** Tells a proxy and a browser that the connection is alive. */
    static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    private static final String BEGIN = "event: status\ndata: ";
    private static final String END = "\n\n";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Inside of a text the quotes would be escaped. */
    private static final Pattern PASSING = Pattern.compile(
            "\"(?:time|started|ready_since|uptime_seconds|ready_seconds|loop_lag_seconds)\":(?:\"[^\"]*\"|[^,}]*)");

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

    /** An event of the kind {@code log}. JSON has no line breaks, so it is one line. */
    static String of(RecentEntries.Numbered numbered) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("sequence", numbered.sequence());
        map.put("time", TIME.format(numbered.time()));
        map.put("level", numbered.entry().level().name().toLowerCase(Locale.ROOT));
        map.put("event", numbered.entry().event().text());
        numbered.entry().slot().ifPresent(slot -> map.put("slot", slot));
        numbered.entry().pid().ifPresent(pid -> map.put("pid", pid));
        if (!numbered.entry().facts().isEmpty()) {
            map.put("facts", numbered.entry().facts());
        }
        map.put("text", numbered.entry().text());
        return "event: log\nid: " + numbered.sequence() + "\ndata: " + Json.write(map) + END;
    }
}
