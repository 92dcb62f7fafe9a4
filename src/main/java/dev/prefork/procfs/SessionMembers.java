package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of a session. Looked for only among the descendants of processes that are ours, since a session is joined by
 * birth alone (setsid(2)): so no list of all processes is needed. What is found may have ended a moment later, and a process
 * that forks or loses its parent meanwhile may be missed: the kernel's lists are not read at one moment. Stateless; any thread.
 */
public final class SessionMembers {
    private SessionMembers() {}

    /** One that runs, and the group it is in. */
    public record Member(int pid, int group) {}

    /** Those among {@code roots} and their descendants, of any session, that are in this one. Reads below {@code proc}, which is /proc. */
    public static List<Member> below(Path proc, Collection<Integer> roots, int session) {
        List<Member> members = new ArrayList<>();
        Deque<Integer> unread = new ArrayDeque<>(roots);
        // Pids that were given anew while they were read could make a circle.
        Set<Integer> read = new HashSet<>();
        while (!unread.isEmpty()) {
            int pid = unread.removeFirst();
            Path process = proc.resolve(Integer.toString(pid));
            Optional<ProcessStat> stat = read.add(pid) ? ProcessStat.of(process) : Optional.empty();
            if (stat.isPresent()) {
                if (!stat.get().dead() && stat.get().kin().session() == session) {
                    members.add(new Member(pid, stat.get().kin().group()));
                }
                unread.addAll(Children.of(process));
            }
        }
        return members;
    }
}
