package dev.prefork.cli;

import dev.prefork.control.Answer;
import dev.prefork.json.Json;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Writes events as they come: as lines for people, or as JSON, one object to a line. For one thread. */
final class EventLines {
    private final PrintStream out;
    private final boolean json;
    private boolean first = true;

    EventLines(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** Whether nothing has been shown yet. */
    boolean isFirst() {
        return first;
    }

    /** Shows those of an answer; it may have none. */
    void show(Answer.Received answer) {
        first = false;
        if (answer.members().get("events") instanceof List<?> events) {
            events.forEach(event -> out.println(json ? Json.write(event) : line(event)));
        }
        out.flush();
    }

    private static String line(Object event) {
        Map<?, ?> members = event instanceof Map<?, ?> map ? map : Map.of();
        return Page.plain(members.get("time") + " " + members.get("level") + " " + members.get("message"));
    }
}
