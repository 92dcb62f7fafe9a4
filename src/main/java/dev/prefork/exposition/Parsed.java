package dev.prefork.exposition;

import java.util.List;

/**
 * What could be read of a text.
 *
 * @param problems why the rest could not, one line each; empty if there is no rest. Of very many only the first are told, and
 *     then how many there are besides.
 */
public record Parsed(Exposition exposition, List<String> problems) {
    public Parsed {
        problems = List.copyOf(problems);
    }
}
