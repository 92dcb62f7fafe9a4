package dev.prefork.control;

import dev.prefork.json.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** What a master can be asked for. Immutable. */
public sealed interface Request {

    /** Whether it changes anything, or holds a worker up. */
    default boolean changes() {
        return true;
    }

    /** What is asked for, as on the wire. */
    String word();

    /** What is said beside that. */
    default Map<String, Object> arguments() {
        return Map.of();
    }

    /** The state. */
    record Status() implements Request {
        @Override
        public boolean changes() {
            return false;
        }

        @Override
        public String word() {
            return "status";
        }
    }

    /**
     * What has happened.
     *
     * @param since those after the event with this number; 0 for all that are kept
     * @param follow whether to go on with those to come
     */
    record Events(long since, boolean follow) implements Request {
        @Override
        public boolean changes() {
            return false;
        }

        @Override
        public String word() {
            return "events";
        }

        @Override
        public Map<String, Object> arguments() {
            return Map.of("since", since, "follow", follow);
        }
    }

    /** A rolling reload; with {@code waits} the answer comes at its end. */
    record Reload(boolean waits) implements Request {
        @Override
        public String word() {
            return "reload";
        }

        @Override
        public Map<String, Object> arguments() {
            return Map.of("wait", waits);
        }
    }

    /**
     * Another number of workers; with {@code waits} the answer comes once they are ready.
     *
     * @param relative whether {@code workers} is how many more there are to be
     */
    record Scale(int workers, boolean relative, boolean waits) implements Request {
        @Override
        public String word() {
            return "scale";
        }

        @Override
        public Map<String, Object> arguments() {
            return Map.of(relative ? "by" : "to", workers, "wait", waits);
        }
    }

    /** A stop; {@code now} without the drain delay. */
    record Stop(boolean now) implements Request {
        @Override
        public String word() {
            return "stop";
        }

        @Override
        public Map<String, Object> arguments() {
            return Map.of("now", now);
        }
    }

    /** A worker's replacement, the new one first; {@code now}: SIGKILL first. */
    record Kill(int slot, boolean now) implements Request {
        @Override
        public String word() {
            return "kill";
        }

        @Override
        public Map<String, Object> arguments() {
            return Map.of("slot", slot, "now", now);
        }
    }

    /**
     * Which process is to be asked for a thread dump, or that it be sent SIGQUIT.
     *
     * @param signal the pid of the one that is to be sent it, so that no other one is; empty to ask which it is
     */
    record Dump(int slot, OptionalInt signal) implements Request {
        @Override
        public String word() {
            return "dump";
        }

        @Override
        public Map<String, Object> arguments() {
            return signal.isPresent() ? Map.of("slot", slot, "signal", signal.getAsInt()) : Map.of("slot", slot);
        }
    }

    /** As on the wire. */
    default String text() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("version", Members.VERSION);
        members.put("request", word());
        members.putAll(arguments());
        return Json.write(members);
    }

    /**
     * What a message asks for.
     *
     * @throws BadMessageException if that cannot be asked for
     */
    static Request parse(String text) {
        Members members = Members.of(text);
        String word = members.text("request").orElseThrow(() -> new BadMessageException("request is missing"));
        return switch (word) {
            case "status" -> read(members, Set.of(), m -> new Status());
            case "events" ->
                read(
                        members,
                        Set.of("since", "follow"),
                        m -> new Events(m.number("since").orElse(0L), m.flag("follow")));
            case "reload" -> read(members, Set.of("wait"), m -> new Reload(m.flag("wait")));
            case "scale" -> read(members, Set.of("to", "by", "wait"), Request::scale);
            case "stop" -> read(members, Set.of("now"), m -> new Stop(m.flag("now")));
            case "kill" -> read(members, Set.of("slot", "now"), m -> new Kill(m.requireInt("slot"), m.flag("now")));
            case "dump" -> read(members, Set.of("slot", "signal"), Request::dump);
            default -> throw new BadMessageException("there is no such request");
        };
    }

    private static Request scale(Members members) {
        boolean relative = members.number("by").isPresent();
        if (relative == members.number("to").isPresent()) {
            throw new BadMessageException("either to or by is needed");
        }
        return new Scale(members.requireInt(relative ? "by" : "to"), relative, members.flag("wait"));
    }

    private static Request dump(Members members) {
        boolean signals = members.number("signal").isPresent();
        return new Dump(
                members.requireInt("slot"),
                signals ? OptionalInt.of(members.requireInt("signal")) : OptionalInt.empty());
    }

    private static Request read(Members members, Set<String> arguments, Function<Members, Request> reader) {
        Set<String> known = new HashSet<>(arguments);
        known.addAll(Set.of("version", "request"));
        members.requireNoOthersThan(known);
        return reader.apply(members);
    }
}
