package dev.prefork.quarkus.worker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JDK's own HTTP client, known by its user agent. Before 17.0.17 and 21.0.8 it takes GOAWAY for the end of all requests in
 * flight (JDK-8335181). Stateless.
 */
final class JavaClient {
    private static final String NAME = "Java-http-client/";
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})(?:\\.0\\.(\\d{1,4}))?.*");

    private JavaClient() {}

    /** True as well for one whose version cannot be read; false for any other client, and for none named. */
    static boolean losesRequestsAtGoAway(String userAgent) {
        if (userAgent == null || !userAgent.startsWith(NAME)) {
            return false;
        }
        Matcher version = VERSION.matcher(userAgent.substring(NAME.length()));
        if (!version.matches()) {
            return true;
        }
        int feature = Integer.parseInt(version.group(1));
        int update = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return switch (feature) {
            case 17 -> update < 17;
            case 21 -> update < 8;
            default -> feature < 25;
        };
    }
}
