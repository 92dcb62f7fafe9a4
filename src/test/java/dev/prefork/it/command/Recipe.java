package dev.prefork.it.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server of docs/RECIPES.md, as a reader finds it there. Immutable.
 *
 * @param claims the cells of its row: server, version, mode of --ready, what is lost at TERM for a worker and for the master
 * @param section what stands below the heading that its row links to
 */
record Recipe(List<String> claims, String section) {
    private static final Path PAGE = Path.of("docs/RECIPES.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\[(.+?)]\\(#.*?\\) \\|(.*)\\|$");
    private static final Pattern COMMAND = Pattern.compile("(?s)```sh\n(prefork .*?)\n```");
    private static final Pattern FILE = Pattern.compile("(?s)```\\w+ (\\S+)\n(.*?\n)```");

    /** Of all rows, those that say "not run" too. */
    static List<Recipe> all() throws IOException {
        String page = Files.readString(PAGE);
        return ROW.matcher(page)
                .results()
                .map(row -> new Recipe(
                        Stream.concat(
                                        Stream.of(row.group(1)),
                                        Pattern.compile("\\|").splitAsStream(row.group(2)))
                                .map(cell -> cell.strip().replace("`", ""))
                                .toList(),
                        page.split("\n## " + Pattern.quote(row.group(1)) + "\n", 2)[1]
                                .split("\n## ", 2)[0]))
                .toList();
    }

    /** The text of each block that has a file's name, of all sections: some share files. */
    static Map<String, String> files() throws IOException {
        return FILE.matcher(Files.readString(PAGE))
                .results()
                .collect(Collectors.toMap(file -> file.group(1), file -> file.group(2)));
    }

    boolean isRun() {
        return !claims.get(1).equals("not run");
    }

    /** The commands to copy: one, or none where it was not run. */
    List<String> commands() {
        return COMMAND.matcher(section)
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    String ready() {
        return claims.get(2);
    }

    String lostAtWorkerTerm() {
        return claims.get(3);
    }

    String lostAtPodTerm() {
        return claims.get(4);
    }

    @Override
    public String toString() {
        return claims.get(0);
    }
}
