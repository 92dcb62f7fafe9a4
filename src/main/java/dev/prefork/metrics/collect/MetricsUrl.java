package dev.prefork.metrics.collect;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a worker shows its metrics: {@code http://HOST:PORT/PATH} or {@code unix:/SOCKET:/PATH}, in which {@code {slot}} and
 * {@code {pid}} stand for the worker's. Immutable.
 */
public final class MetricsUrl {
    private static final int DEFAULT_PORT = 80;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    /** No name that takes a resolver: it is looked up while a scrape waits. */
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}|localhost|::1");

    private static final Pattern UNIX = Pattern.compile("unix:(/[^:]+):(/.*)");

    private final String template;

    private MetricsUrl(String template) {
        this.template = template;
    }

    /**
     * One worker's.
     *
     * @param host for the request's head
     * @param path with its query
     */
    public record Target(SocketAddress address, String host, String path) {}

    /** An IllegalArgumentException says what is wrong and what would be right. */
    public static MetricsUrl parse(String template) {
        Matcher placeholder = PLACEHOLDER.matcher(template);
        while (placeholder.find()) {
            if (!placeholder.group(1).equals("slot") && !placeholder.group(1).equals("pid")) {
                throw new IllegalArgumentException("unknown placeholder " + placeholder.group()
                        + "; {slot} and {pid} are replaced, as in http://127.0.0.1:910{slot}/metrics");
            }
        }
        MetricsUrl url = new MetricsUrl(template);
        url.target(0, 1);
        return url;
    }

    /** An IllegalArgumentException says that there is no such place for this worker. */
    public Target target(int slot, int pid) {
        String text = template.replace("{slot}", Integer.toString(slot)).replace("{pid}", Integer.toString(pid));
        Matcher unix = UNIX.matcher(text);
        try {
            if (!unix.matches()) {
                return http(text, new URI(text));
            }
            if (isPrintable(unix.group(2))) {
                return new Target(UnixDomainSocketAddress.of(unix.group(1)), "localhost", unix.group(2));
            }
        } catch (URISyntaxException | InvalidPathException e) {
            // Told below, with what cannot stand in a request.
        }
        throw wrong(text);
    }

    private static Target http(String text, URI uri) {
        boolean http = "http".equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null;
        // A URI may hold letters of any language, a request may not.
        if (!http || !isPrintable(text)) {
            throw wrong(text);
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port + " in " + text);
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        if (!LOOPBACK.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    host + " is not in this pod; give 127.0.0.1, [::1] or" + " localhost in " + text);
        }
        String literal = host.equals("localhost") ? "127.0.0.1" : host;
        return new Target(new InetSocketAddress(literal, port), uri.getRawAuthority(), path + query);
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not an address of metrics; give http://HOST:PORT/PATH or"
                        + " unix:/SOCKET:/PATH, as in unix:/run/app-{slot}.sock:/metrics");
    }

    /** As it was given. */
    @Override
    public String toString() {
        return template;
    }
}
