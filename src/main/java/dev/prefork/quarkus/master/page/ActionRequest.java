package dev.prefork.quarkus.master.page;

import dev.prefork.control.Request;
import dev.prefork.json.Json;
import dev.prefork.json.JsonException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is to be done, by the last part of the path and the body. Pure. */
final class ActionRequest {
    /** More digits than there can be workers. */
    static final int MOST = 1_000_000;

    /** Those there are. */
    static final List<String> NAMES = List.of("reload", "scale", "stop", "kill");

    private static final String NUMBER = "a whole number N from 0 to " + MOST;

    private ActionRequest() {}

    /**
     * Reads one.
     *
     * @param body a JSON object with no keys but those that are known; where none is needed, it may be empty
     * @throws IllegalArgumentException in words, if it is not that
     */
    static Request parse(String name, String body) {
        Map<?, ?> members = members(body);
        return switch (name) {
            case "reload" -> {
                require(members.isEmpty(), "empty, or {}");
                yield new Request.Reload(false);
            }
            case "scale" -> {
                boolean relative = members.containsKey("by");
                int number = number(members.get(relative ? "by" : "workers"));
                require(
                        members.size() == 1 && (relative || number >= 0) && number != Integer.MIN_VALUE,
                        "{\"workers\":N} with " + NUMBER + ", or {\"by\":N} with N more, or fewer, workers");
                yield new Request.Scale(number, relative, false);
            }
            case "stop" -> {
                require(hasNoneBut(members, Set.of("now")), "empty, {}, or {\"now\":true}");
                yield new Request.Stop(isNow(members));
            }
            case "kill" -> {
                int slot = number(members.get("slot"));
                require(
                        slot >= 0 && hasNoneBut(members, Set.of("slot", "now")),
                        "{\"slot\":N} with " + NUMBER + ", and may have \"now\":true");
                yield new Request.Kill(slot, isNow(members));
            }
            default -> throw new IllegalArgumentException("there is no such action");
        };
    }

    private static void require(boolean right, String form) {
        if (!right) {
            throw new IllegalArgumentException("the body must be " + form);
        }
    }

    /** {@link Integer#MIN_VALUE} for what is not one. */
    private static int number(Object value) {
        return value instanceof Long number && number >= -MOST && number <= MOST
                ? number.intValue()
                : Integer.MIN_VALUE;
    }

    /** Also that what says how is a truth value. */
    private static boolean hasNoneBut(Map<?, ?> members, Set<String> known) {
        return known.containsAll(members.keySet())
                && (!members.containsKey("now") || members.get("now") instanceof Boolean);
    }

    private static boolean isNow(Map<?, ?> members) {
        return Boolean.TRUE.equals(members.get("now"));
    }

    private static Map<?, ?> members(String body) {
        try {
            Object value = body.isEmpty() ? Map.of() : Json.read(body);
            require(value instanceof Map, "a JSON object");
            return (Map<?, ?>) value;
        } catch (JsonException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getMessage());
        }
    }
}
