package dev.prefork.handoff;

import dev.prefork.os.Endpoint;
import dev.prefork.os.SpawnRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a worker gets of the listeners: descriptors from 3 on in their order, and the variables that announce them. Immutable;
 * made anew when the listeners change.
 *
 * <p>LISTEN_PID is missing here: the worker's pid is not known before it runs; see sd_listen_fds(3).
 */
public record Handoff(List<? extends OfferedListener> listeners, Set<Dialect> dialects) {
    public static final int FIRST = ListenEnvironment.FIRST;

    private static final Set<String> OWN = Set.of(
            Variables.LISTEN_FDS,
            Variables.LISTEN_FDNAMES,
            Variables.LISTEN_PID,
            Variables.LISTEN_PIDFDID,
            Variables.SERVER_STARTER_PORT,
            Variables.SERVER_STARTER_GENERATION,
            Variables.EINHORN_FDS,
            Variables.NGINX);

    public Handoff {
        listeners = List.copyOf(listeners);
        dialects = Set.copyOf(dialects);
    }

    /** The descriptors for the worker in {@code slot}. */
    public List<SpawnRequest.Descriptor> descriptors(int slot) {
        List<SpawnRequest.Descriptor> descriptors = new ArrayList<>();
        for (int i = 0; i < listeners.size(); i++) {
            descriptors.add(new SpawnRequest.Descriptor(listeners.get(i).descriptorFor(slot), FIRST + i));
        }
        if (dialects.contains(Dialect.STDIN) && !listeners.isEmpty()) {
            descriptors.add(new SpawnRequest.Descriptor(listeners.get(0).descriptorFor(slot), 0));
        }
        return List.copyOf(descriptors);
    }

    /** The first descriptor after the listeners. */
    public int firstFree() {
        return FIRST + listeners.size();
    }

    /** The variables that announce the listeners to one worker. */
    public Map<String, String> environment(Identity worker) {
        Map<String, String> variables = new LinkedHashMap<>();
        if (listeners.isEmpty()) {
            // LISTEN_FDS=0 is an answer too, but some programs only look whether it is set.
            return variables;
        }
        variables.put(Variables.LISTEN_FDS, String.valueOf(listeners.size()));
        variables.put(
                Variables.LISTEN_FDNAMES,
                listeners.stream().map(OfferedListener::name).collect(Collectors.joining(":")));
        if (dialects.contains(Dialect.SERVER_STARTER)) {
            variables.put(
                    Variables.SERVER_STARTER_PORT,
                    each(i -> serverStarterName(listeners.get(i)) + "=" + (FIRST + i), ";"));
            variables.put(Variables.SERVER_STARTER_GENERATION, String.valueOf(worker.generation()));
        }
        if (dialects.contains(Dialect.EINHORN)) {
            variables.put(Variables.EINHORN_PREFIX + "COUNT", String.valueOf(listeners.size()));
            IntStream.range(0, listeners.size())
                    .forEach(i -> variables.put(Variables.EINHORN_PREFIX + i, String.valueOf(FIRST + i)));
        }
        if (dialects.contains(Dialect.NGINX)) {
            variables.put(Variables.NGINX, each(i -> FIRST + i + ";", ""));
        }
        return variables;
    }

    /**
     * Whether a variable announces listeners in any dialect. The master's own values are about its own descriptors: a
     * worker must not inherit them, whether its dialect was asked for or not.
     */
    public static boolean owns(String variable) {
        return OWN.contains(variable) || variable.startsWith(Variables.EINHORN_PREFIX);
    }

    private String each(IntFunction<String> text, String separator) {
        return IntStream.range(0, listeners.size()).mapToObj(text).collect(Collectors.joining(separator));
    }

    private static String serverStarterName(OfferedListener listener) {
        if (listener.endpoint() instanceof Endpoint.Inet inet) {
            return inet.authority();
        }
        return ((Endpoint.Unix) listener.endpoint()).path();
    }
}
