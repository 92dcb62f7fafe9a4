package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All readings of machines and containers as they occur: the {@code *.tree} files, see {@link RecordedTree}. */
class RecordedTreesTest {

    @TempDir
    Path root;

    static Stream<String> trees() throws IOException, URISyntaxException {
        URL here = RecordedTreesTest.class.getResource("docker-v1.tree");
        try (Stream<Path> files = Files.list(Path.of(here.toURI()).getParent())) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".tree"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("trees")
    void everyReadingIsAsTheTreeSays(String name) {
        RecordedTree tree = RecordedTree.load(name);
        tree.unpack(new Tree(root));

        assertThat(readings()).isEqualTo(tree.expected());
    }

    @ParameterizedTest
    @MethodSource("trees")
    void readingsOfAnUnchangedTreeAreEqual(String name) {
        RecordedTree.load(name).unpack(new Tree(root));

        assertThat(Readings.read(root)).isEqualTo(Readings.read(root)).hasSameHashCodeAs(Readings.read(root));
    }

    @Test
    void aResizeInPlaceMakesReadingsDiffer() {
        RecordedTree.load("kubernetes-v2.tree").unpack(new Tree(root));
        Readings before = Readings.read(root);

        new Tree(root).cgroup("memory.max", Long.toString(768 * Tree.MIB));

        assertThat(Readings.read(root)).isNotEqualTo(before);
        assertThat(Readings.read(root).memoryLimit()).hasValue(768 * Tree.MIB);
    }

    private List<String> readings() {
        Readings readings = Readings.read(root);
        List<String> lines = new ArrayList<>();
        for (Reading reading : readings.explanation()) {
            boolean regime = reading.label().equals("out of memory");
            if (regime) {
                assertThat(reading.value()).isEqualTo(readings.oomRegime().explanation());
            }
            lines.add(reading.label() + ": " + (regime ? readings.oomRegime().name() : reading.value()));
        }
        OptionalLong kills = OomKills.of(root).count();
        lines.add("OOM kills: " + (kills.isPresent() ? Long.toString(kills.getAsLong()) : "unknown"));
        return lines;
    }
}
