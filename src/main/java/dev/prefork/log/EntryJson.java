package dev.prefork.log;

import java.time.Instant;

/** Entries as JSON objects; {@code docs/EVENTS.md} has the keys and their order. Pure. */
public final class EntryJson {
    private EntryJson() {}

    /** What each line begins with. */
    public static JsonLine begin(Instant time, String level, EventName event) {
        return begin(new JsonLine(), time, level, event);
    }

    private static JsonLine begin(JsonLine line, Instant time, String level, EventName event) {
        return line.with("time", LineTime.text(time)).with("level", level).with("event", event.text());
    }

    /** The whole line, without a line feed. */
    public static String of(Instant time, Entry entry) {
        return of(new JsonLine(), time, entry);
    }

    /** The same where entries come as a stream: with its number before all else. */
    public static String of(RecentEntries.Numbered numbered) {
        return of(new JsonLine().with("sequence", numbered.sequence()), numbered.time(), numbered.entry());
    }

    private static String of(JsonLine line, Instant time, Entry entry) {
        begin(line, time, entry.level().name(), entry.event());
        about(line, entry.worker());
        entry.facts().forEach(line::with);
        return line.with("message", entry.text()).toString();
    }

    /** Says which worker it is about, if any. */
    public static void about(JsonLine line, Entry.Worker worker) {
        worker.slot().ifPresent(slot -> line.with("slot", slot));
        worker.pid().ifPresent(pid -> line.with("pid", pid));
    }
}
