package dev.prefork.config;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Where a master is to serve its management interface when that is served as it is by default: over plain TCP, without
 * authentication, with the usual paths and a log as it comes. Then something simpler than Quarkus can answer there first. Immutable.
 *
 * @param host as configured
 * @param port from 0, for any, to 65535
 * @param rootPath begins with a slash and ends with none; empty for the very root
 */
public record PlainManagement(String host, int port, String rootPath) {
    private static final String MANAGEMENT = "quarkus.management.";
    private static final String HOST = MANAGEMENT + "host";
    private static final String PORT = MANAGEMENT + "port";
    private static final int HIGHEST_PORT = 65535;

    /** What changes nothing of what a probe sees. */
    private static final Set<String> HARMLESS = Set.of(
            HOST,
            PORT,
            MANAGEMENT + "enabled",
            MANAGEMENT + "root-path",
            MANAGEMENT + "test-port",
            MANAGEMENT + "idle-timeout",
            MANAGEMENT + "limits.max-connections",
            MANAGEMENT + "limits.max-body-size",
            MANAGEMENT + "limits.max-header-size",
            MANAGEMENT + "limits.max-initial-line-length");

    /** TLS for everything that has none of its own, another form of the log, and other paths. */
    private static final Set<String> CHANGES =
            Set.of("quarkus.tls.key-store.", "quarkus.log.", "quarkus.smallrye-health.");

    /** Fixed in the build, each with the value that it must have; nothing recorded is as good. */
    private static final Set<String> ENABLED = Set.of(MANAGEMENT + "enabled", "quarkus.smallrye-health.enabled");

    private static final String AUTHENTICATION = MANAGEMENT + "auth.enabled";

    /** Empty where anything speaks against it, or the address is none: Quarkus says what is wrong. */
    static Optional<PlainManagement> of(SettingSources sources) {
        boolean plain = sources.onlyBelow(MANAGEMENT, HARMLESS)
                && CHANGES.stream().noneMatch(sources::hasAnyBelow)
                && ENABLED.stream().noneMatch(key -> isBuiltIn(sources, key, "false"))
                && !isBuiltIn(sources, AUTHENTICATION, "true");
        if (!plain) {
            return Optional.empty();
        }
        String port = sources.find(PORT).map(found -> found.text().strip()).orElse("9000");
        String host = sources.find(HOST).map(found -> found.text().strip()).orElse("0.0.0.0");
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > HIGHEST_PORT || host.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PlainManagement(host, Integer.parseInt(port), ManagementAddress.rootPath(sources)));
    }

    private static boolean isBuiltIn(SettingSources sources, String key, String value) {
        return sources.findBuiltIn(key).filter(value::equals).isPresent();
    }

    /** Looks the host up; it may be unresolved. */
    public InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }
}
