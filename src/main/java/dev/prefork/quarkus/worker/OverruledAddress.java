package dev.prefork.quarkus.worker;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Variables;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an application's settings say about its address while its master listens where masters do by default: then the user has
 * most likely forgotten the one or the other. Pure.
 */
final class OverruledAddress {
    /** The line goes through the configuration, which is there before anything can be logged. */
    static final String KEY = "worker.overruled";

    /** Slots count from 0, the processes of one from 1. */
    private static final List<String> FIRST = List.of("0", "1");

    private OverruledAddress() {}

    /** The value of {@link #KEY}, if there is one; said by the first worker only, since all have the same settings. */
    static Map<String, String> settings(
            ConfigSourceContext context, Assignment assignment, Map<String, String> environment) {
        List<String> who = Stream.of(Variables.SLOT, Variables.GENERATION)
                .map(name -> environment.getOrDefault(name, ""))
                .toList();
        boolean byDefault =
                assignment.plain().host().isPresent() && assignment.plain().port() == ServerKind.PLAIN.defaultPort();
        if (assignment.parent() != Inheritance.Parent.MASTER || !byDefault || !who.equals(FIRST)) {
            return Map.of();
        }
        return line(key -> given(context.getValue(key)), assignment.plain())
                .map(line -> Map.of(KEY, line))
                .orElse(Map.of());
    }

    /** @param given the value of a key, null where only a default has one */
    static Optional<String> line(UnaryOperator<String> given, Assignment.Share share) {
        String host = share.host().orElseThrow();
        String port = given.apply(ServerKind.PLAIN.portKey());
        String configuredHost = given.apply(WorkerSettings.HOST_KEY);
        boolean otherPort = port != null && !port.equals("0") && !port.equals(String.valueOf(share.port()));
        boolean otherHost = configuredHost != null && !configuredHost.equals(host);
        String overruled = Stream.concat(
                        otherPort ? Stream.of(ServerKind.PLAIN.portKey() + "=" + port) : Stream.empty(),
                        otherHost ? Stream.of(WorkerSettings.HOST_KEY + "=" + configuredHost) : Stream.empty())
                .collect(Collectors.joining(" and "));
        if (overruled.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(overruled + (otherPort && otherHost ? " have" : " has")
                + " no effect in a worker: the master listens on " + host + ":" + share.port() + "; give it --listen "
                + bracketed(otherHost ? configuredHost : host) + ":" + (otherPort ? port : share.port()));
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** Quarkus' own defaults are in sources of the lowest rank. */
    private static String given(ConfigValue value) {
        return value == null || value.getValue() == null || value.getConfigSourceOrdinal() <= 0
                ? null
                : value.getValue().strip();
    }
}
