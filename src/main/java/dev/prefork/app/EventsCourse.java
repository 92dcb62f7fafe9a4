package dev.prefork.app;

import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import dev.prefork.log.EntryJson;
import dev.prefork.log.RecentEntries;
import java.util.List;
import java.util.stream.Collectors;

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
        StringBuilder body = new StringBuilder("{\"events\":")
                .append(found.stream().map(EntryJson::of).collect(Collectors.joining(",", "[", "]")));
        if (!found.isEmpty() && after > 0) {
            // More of them in a moment than are kept.
            body.append(",\"missed\":").append(found.get(0).sequence() - after - 1);
        }
        after = found.isEmpty() ? after : found.get(found.size() - 1).sequence();
        body.append(",\"last\":").append(after).append('}');
        return List.of(new Answer(follows ? Answer.Kind.PROGRESS : Answer.Kind.DONE, body.toString()));
    }
}
