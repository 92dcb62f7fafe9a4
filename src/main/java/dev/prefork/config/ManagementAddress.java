package dev.prefork.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a master that reads the same configuration as this process serves its management interface. Immutable.
 *
 * @param hosts to be tried in turn
 * @param port from 1 to 65535
 * @param rootPath begins with a slash and ends with none; empty for the very root
 * @param tls whether it speaks TLS
 */
public record ManagementAddress(List<String> hosts, int port, String rootPath, boolean tls) {
    private static final String PREFIX = "quarkus.management.";
    private static final String PORT = PREFIX + "port";
    private static final String HOST = PREFIX + "host";
    private static final String ROOT_PATH = PREFIX + "root-path";
    private static final String IPV4 = "127.0.0.1";
    private static final String IPV6 = "::1";
    private static final Set<String> EVERY_IPV6 = Set.of("::", "[::]", "0:0:0:0:0:0:0:0", "::0");
    private static final int HIGHEST_PORT = 65535;

    /** Each of these makes Quarkus serve it with TLS; the last is the default of everything without TLS of its own. */
    private static final List<String> TLS =
            List.of(PREFIX + "tls-configuration-name", PREFIX + "ssl.certificate.", "quarkus.tls.key-store.");

    public ManagementAddress {
        hosts = List.copyOf(hosts);
    }

    /**
     * Reads the configuration.
     *
     * @throws UsageException if it names no place that could be asked
     */
    public static ManagementAddress of(SettingSources sources) {
        return new ManagementAddress(
                hosts(sources), port(sources), rootPath(sources), TLS.stream().anyMatch(sources::hasAnyBelow));
    }

    private static int port(SettingSources sources) {
        Optional<SettingSources.Found> found = sources.find(PORT);
        if (found.isEmpty()) {
            return 9000;
        }
        String text = found.get().text().strip();
        String given = found.get().origin().with(text);
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
        if (port == 0) {
            throw new UsageException(given
                    + ": the master picks a port that only its log shows, so health cannot know it; set a fixed port");
        }
        if (port < 0 || port > HIGHEST_PORT) {
            throw new UsageException(given + ": not a port; give a number from 1 to " + HIGHEST_PORT);
        }
        return port;
    }

    /** A server that binds every address can be reached on the loopback. */
    private static List<String> hosts(SettingSources sources) {
        String host = sources.find(HOST).map(found -> found.text().strip()).orElse("0.0.0.0");
        if (host.isEmpty() || host.equals("0.0.0.0")) {
            return List.of(IPV4);
        }
        // Where bindv6only is set, only the first will do; where the loopback has no IPv6, only the second.
        return EVERY_IPV6.contains(host) ? List.of(IPV6, IPV4) : List.of(host);
    }

    /** Quarkus fixes it in the build; what is configured later does not move it. */
    static String rootPath(SettingSources sources) {
        String path = sources.findBuiltIn(ROOT_PATH).map(String::strip).orElse("/q");
        if (!path.matches("[\\x21-\\x7e]*")) {
            throw new UsageException(ROOT_PATH + "=" + path + " (" + SettingSources.CLASS_PATH
                    + "): a path may contain neither spaces nor non-ASCII characters; correct it and rebuild");
        }
        String inner = path.replaceAll("^/+|/+$", "");
        return inner.isEmpty() ? "" : "/" + inner;
    }
}
