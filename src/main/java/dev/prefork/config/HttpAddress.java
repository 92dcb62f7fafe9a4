package dev.prefork.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where an application's own settings say that it listens, for a master from its jar that was not told otherwise. */
final class HttpAddress {
    private static final String PORT = "quarkus.http.port";
    private static final String HOST = "quarkus.http.host";
    private static final String TLS_PORT = "quarkus.http.ssl-port";
    private static final int HIGHEST_PORT = 65535;

    private HttpAddress() {}

    /**
     * What that would be as a listener; empty where neither is set.
     *
     * @throws UsageException if the port is not a number of one
     */
    static Optional<Given> listener(SettingSources sources) {
        Optional<SettingSources.Found> port = sources.find(PORT);
        Optional<SettingSources.Found> host = sources.find(HOST);
        return Stream.of(port, host)
                .flatMap(Optional::stream)
                .findFirst()
                .map(found -> new Given(
                        List.of("http=" + address(host.map(HttpAddress::text), port.map(HttpAddress::port))),
                        found.origin()));
    }

    /** Why the TLS port has no effect; empty where it is not set. */
    static Optional<String> tlsWarning(SettingSources sources) {
        return sources.find(TLS_PORT)
                .map(found -> found.origin().with(text(found))
                        + " has no effect in a master: workers serve TLS on a listener that is called https, as with --listen"
                        + " http=8080,https=" + text(found));
    }

    private static String address(Optional<String> host, Optional<Integer> port) {
        String name = host.orElse("0.0.0.0");
        String scheme = name.equals("0.0.0.0") ? "tcp4" : "tcp";
        return scheme + "://" + (name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name) + ":"
                + port.orElse(8080);
    }

    private static int port(SettingSources.Found found) {
        String text = text(found);
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
        if (port < 0 || port > HIGHEST_PORT) {
            throw new UsageException(
                    found.origin().with(text) + ": not a port; give a number from 0, for any, to " + HIGHEST_PORT);
        }
        return port;
    }

    private static String text(SettingSources.Found found) {
        return found.text().strip();
    }
}
