package dev.prefork.exposition;

import java.util.List;
import java.util.Map;

/**
 * What could be read of a text.
 *
 * @param problems why the rest could not, one line each; empty if there is no rest. Of very many only the first are told, and
 *     then how many there are besides.
 * @param flaws how many problems there are of each kind, for the kinds of which there are some
 */
public record Parsed(Exposition exposition, List<String> problems, Map<Flaw, Integer> flaws) {
    public Parsed {
        problems = List.copyOf(problems);
        flaws = Map.copyOf(flaws);
    }
}
