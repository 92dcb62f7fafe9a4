package dev.prefork.it;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A complete answer to an HTTP request.
 *
 * @param headers by lower-case name
 */
public record Answer(int status, Map<String, List<String>> headers, String body) {
    /** The first value of a header, whose name is given in lower case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }
}
