package dev.prefork.quarkus.master.page;

import dev.prefork.app.Actions;
import dev.prefork.json.Json;
import dev.prefork.json.JsonException;
import java.util.List;
import java.util.Map;

/** What is to be done, by the last part of the path and the body. Immutable. */
sealed interface ActionRequest {
    /** More digits than there can be workers. */
    long MOST = 1_000_000;

    /** Has it done; {@code asker} for the log. */
    Actions.Outcome ask(Actions actions, String asker);

    record Reload() implements ActionRequest {
        @Override
        public Actions.Outcome ask(Actions actions, String asker) {
            return actions.reload(asker);
        }
    }

    record Scale(int workers) implements ActionRequest {
        @Override
        public Actions.Outcome ask(Actions actions, String asker) {
            return actions.scale(workers, asker);
        }
    }

    record Stop() implements ActionRequest {
        @Override
        public Actions.Outcome ask(Actions actions, String asker) {
            return actions.stop(asker);
        }
    }

    record Kill(int slot) implements ActionRequest {
        @Override
        public Actions.Outcome ask(Actions actions, String asker) {
            return actions.kill(slot, asker);
        }
    }

    /** Those there are. */
    List<String> NAMES = List.of("reload", "scale", "stop", "kill");

    /**
     * Reads one.
     *
     * @param body a JSON object with no key but the one that is needed; where none is, it may be empty
     * @throws IllegalArgumentException in words, if it is not that
     */
    static ActionRequest parse(String name, String body) {
        return switch (name) {
            case "reload" -> {
                none(body);
                yield new Reload();
            }
            case "scale" -> new Scale(number(body, "workers"));
            case "stop" -> {
                none(body);
                yield new Stop();
            }
            case "kill" -> new Kill(number(body, "slot"));
            default -> throw new IllegalArgumentException("there is no such action");
        };
    }

    private static void none(String body) {
        if (!body.isEmpty() && !Map.of().equals(json(body))) {
            throw new IllegalArgumentException("the body must be empty, or {}");
        }
    }

    private static int number(String body, String key) {
        if (json(body) instanceof Map<?, ?> map
                && map.size() == 1
                && map.get(key) instanceof Long number
                && number >= 0
                && number <= MOST) {
            return number.intValue();
        }
        throw new IllegalArgumentException(
                "the body must be {\"" + key + "\":N} with a whole number N from 0 to " + MOST);
    }

    private static Object json(String body) {
        try {
            return Json.read(body);
        } catch (JsonException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getMessage());
        }
    }
}
