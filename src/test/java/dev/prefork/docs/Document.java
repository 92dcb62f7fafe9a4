package dev.prefork.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of the project's documents, as far as ours use Markdown: fenced and indented code, code in the line, tables. Immutable.
 *
 * @param file from the top of the project
 * @param prose all but the blocks of code, line by line
 * @param blocks the lines of all blocks of code
 */
record Document(Path file, List<String> prose, List<String> blocks) {
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern CELL_END = Pattern.compile("(?<!\\\\)\\|");

    Document {
        prose = List.copyOf(prose);
        blocks = List.copyOf(blocks);
    }

    /** Every document there is. */
    static List<Document> all() {
        try (Stream<Path> top = Files.list(Path.of(""));
                Stream<Path> docs = Files.walk(Path.of("docs"));
                Stream<Path> manifests = Files.walk(Path.of("k8s"))) {
            return Stream.of(top, docs, manifests)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(file -> read(file.toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Document read(String file) {
        try {
            return parse(Path.of(file), Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Document parse(Path file, String text) {
        List<String> prose = new ArrayList<>();
        List<String> blocks = new ArrayList<>();
        boolean fenced = false;
        boolean mayBeIndented = true;
        for (String line : text.lines().toList()) {
            boolean fence = line.startsWith("```");
            boolean code = fenced || mayBeIndented && line.startsWith("    ");
            if (!fence) {
                (code ? blocks : prose).add(line);
            }
            fenced ^= fence;
            mayBeIndented = code || line.isBlank();
        }
        return new Document(file, prose, blocks);
    }

    String proseText() {
        return String.join("\n", prose);
    }

    /** All of it. */
    String text() {
        return proseText() + "\n" + String.join("\n", blocks);
    }

    /** All code: each line of a block, and each piece of code in the prose as one line. */
    List<String> code() {
        return Stream.concat(blocks.stream(), spans(proseText()).stream()).toList();
    }

    static List<String> spans(String prose) {
        return SPAN.matcher(prose)
                .results()
                .map(span -> span.group(1).replaceAll("\\s+", " "))
                .toList();
    }

    /** The cells of each row of its tables, those with dashes left out. */
    List<List<String>> rows() {
        return rows(prose);
    }

    /** Those of the tables below this heading. */
    List<List<String>> rowsBelow(String heading) {
        List<String> section = prose.stream()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .toList();
        if (section.isEmpty()) {
            throw new AssertionError(file + " has no " + heading);
        }
        return rows(section);
    }

    private static List<List<String>> rows(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("|") && !line.startsWith("|--"))
                .map(line -> CELL_END.splitAsStream(line.substring(1))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    /** What is found in it by a pattern, by the pattern's first group. */
    static Stream<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1));
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
