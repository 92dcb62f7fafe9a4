package dev.prefork.handoff;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which process a worker is: its slot, which its successor gets too, and which process of that slot. Immutable; any thread.
 *
 * @param slot from 0
 * @param generation from 1; no two processes of a slot have the same, not even while both run
 */
public record Identity(int slot, int generation) {
    /** The pod's name, unless the pod says otherwise. */
    private static final String HOST = "HOSTNAME";

    /** Of OpenTelemetry's resource conventions: it tells instances of one service apart. */
    private static final String INSTANCE = "service.instance.id";

    /**
     * The variables that tell a worker.
     *
     * @param given the variables that it would have without us
     */
    public Map<String, String> variables(Map<String, String> given) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put(Variables.SLOT, Integer.toString(slot));
        variables.put(Variables.GENERATION, Integer.toString(generation));
        variables.put(
                Variables.OTEL_RESOURCE_ATTRIBUTES,
                attributes(
                        given.getOrDefault(Variables.OTEL_RESOURCE_ATTRIBUTES, ""),
                        given.getOrDefault(HOST, "prefork")));
        return variables;
    }

    /** Pairs {@code key=value} between commas; an instance that is set already is its user's choice. */
    private String attributes(String inherited, String host) {
        boolean set = Stream.of(inherited.split(","))
                .anyMatch(pair -> pair.split("=", 2)[0].strip().equals(INSTANCE));
        if (set) {
            return inherited;
        }
        String before = inherited.isBlank() || inherited.strip().endsWith(",") ? inherited.strip() : inherited + ",";
        return before + INSTANCE + "=" + encoded(host) + "." + slot + "." + generation;
    }

    /**
     * Percent-encodes what separates pairs, and what the W3C Baggage header, whose form this is, allows in no value; see
     * OpenTelemetry's "Resource SDK", "Specifying resource information via an environment variable".
     */
    static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean plain = c > ' ' && c < 0x7f && "\",;\\=%".indexOf(c) < 0;
            encoded.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return encoded.toString();
    }
}
