package dev.prefork.app;

import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import dev.prefork.log.RecentEntries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What has happened, and what happens from now on, for a client that has asked for it. For the control socket's thread. */
final class EventsCourse implements Course {
    private final RecentEntries recent;
    private final boolean follows;
    private long after;
    private boolean first = true;

    EventsCourse(RecentEntries recent, Request.Events asked) {
        this.recent = recent;
        this.follows = asked.follow();
        this.after = asked.since() < 0 ? recent.last() : asked.since();
    }

    @Override
    public List<Answer> look() {
        List<RecentEntries.Numbered> found = recent.since(after);
        if (found.isEmpty() && !first) {
            return List.of();
        }
        first = false;
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("events", found.stream().map(EventsCourse::event).toList());
        if (!found.isEmpty() && after > 0) {
            // More of them in a moment than are kept.
            members.put("missed", found.get(0).sequence() - after - 1);
        }
        after = found.isEmpty() ? after : found.get(found.size() - 1).sequence();
        members.put("last", after);
        return List.of(follows ? Answer.progress(members) : Answer.done(members));
    }

    private static Map<String, Object> event(RecentEntries.Numbered numbered) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sequence", numbered.sequence());
        members.put("time", numbered.time().toString());
        members.put("level", numbered.entry().level().name());
        members.put("event", numbered.entry().event().text());
        numbered.entry().slot().ifPresent(slot -> members.put("slot", slot));
        numbered.entry().pid().ifPresent(pid -> members.put("pid", pid));
        numbered.entry().facts().forEach(members::putIfAbsent);
        members.put("text", numbered.entry().text());
        return members;
    }
}
