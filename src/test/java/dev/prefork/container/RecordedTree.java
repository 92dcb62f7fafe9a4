package dev.prefork.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The cgroup files of one machine or container in one text: a comment, the readings expected, and then each file after a
 * line {@code --- path}, or a link as {@code --- path -> target}.
 */
record RecordedTree(List<String> expected, List<Entry> entries) {
    private static final String START = "--- ";
    private static final String LINK = " -> ";

    record Entry(String path, List<String> lines) {}

    static RecordedTree load(String name) {
        try (InputStream in = RecordedTree.class.getResourceAsStream(name)) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RecordedTree parse(List<String> lines) {
        List<String> expected = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(START)) {
                entries.add(new Entry(line.substring(START.length()), new ArrayList<>()));
            } else if (!entries.isEmpty()) {
                entries.get(entries.size() - 1).lines().add(line);
            } else if (!line.startsWith("#")) {
                expected.add(line);
            }
        }
        return new RecordedTree(expected, entries);
    }

    void unpack(Tree tree) {
        for (Entry entry : entries) {
            int link = entry.path().indexOf(LINK);
            if (link < 0) {
                tree.file(entry.path(), String.join("\n", entry.lines()) + "\n");
            } else {
                tree.link(entry.path().substring(0, link), entry.path().substring(link + LINK.length()));
            }
        }
    }
}
