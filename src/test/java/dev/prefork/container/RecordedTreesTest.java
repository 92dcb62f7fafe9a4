package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

        assertThat(Readings.read(root, Map.of()))
                .isEqualTo(Readings.read(root, Map.of()))
                .hasSameHashCodeAs(Readings.read(root, Map.of()));
    }

    @Test
    void aResizeInPlaceMakesReadingsDiffer() {
        RecordedTree.load("kubernetes-v2.tree").unpack(new Tree(root));
        Readings before = Readings.read(root, Map.of());

        new Tree(root).cgroup("memory.max", Long.toString(768 * Tree.MIB));

        assertThat(Readings.read(root, Map.of())).isNotEqualTo(before);
        assertThat(Readings.read(root, Map.of()).memoryLimit()).hasValue(768 * Tree.MIB);
    }

    @ParameterizedTest
    @CsvSource({"1500, 1, 1", "3000m, 3, 1", "6500, 6, 1", "40000, 9, 4", "200, 1, 1", "90000, 9, 7"})
    void withoutACpuLimitTheRequestDecidesHowManyWorkersThereAreAndWhatEachGets(
            String request, int workers, int coresOfEach) {
        RecordedTree.load("kubernetes-v2-no-cpu-limit.tree").unpack(new Tree(root));

        Readings readings = Readings.read(root, Map.of(CpuRequest.VARIABLE, request));
        Sizing sizing = Sizing.auto(readings, WorkerKind.JVM_BUILT_IN);
        WorkerShare share = WorkerShare.of(readings, sizing.workers(), WorkerKind.JVM_BUILT_IN);

        assertThat(sizing.workers()).isEqualTo(workers);
        assertThat(share.jvmFlags(List.of(), Map.of())).contains("-XX:ActiveProcessorCount=" + coresOfEach);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0m", "many", "1.5", "-1", "12345678901"})
    void withNeitherLimitNorRequestWorkersAreCappedAndTheExplanationSaysSo(String request) {
        RecordedTree.load("kubernetes-v2-no-cpu-limit.tree").unpack(new Tree(root));

        Readings readings = Readings.read(root, Map.of(CpuRequest.VARIABLE, request));
        Sizing sizing = Sizing.auto(readings, WorkerKind.JVM_BUILT_IN);

        assertThat(sizing.workers()).isEqualTo(8);
        assertThat(sizing.explanation())
                .containsExactly("8 workers: 8 cores at most without a CPU limit, of 64 cores this process may run on;"
                        + " set a limit, or PREFORK_CPU_REQUEST to the millicores of the pod's CPU request;"
                        + " memory limit 2 GiB carries 9");
        assertThat(WorkerShare.of(readings, 8, WorkerKind.JVM_BUILT_IN).cores()).isEqualTo(1);
        assertThat(readings.explanation()).noneMatch(reading -> reading.label().equals("CPU request"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes-v2-guaranteed.tree", "docker-v1.tree", "kubernetes-v2-host-namespace.tree"})
    void aCpuLimitOutweighsTheRequest(String name) {
        RecordedTree.load(name).unpack(new Tree(root));

        Readings readings = Readings.read(root, Map.of(CpuRequest.VARIABLE, "7000"));

        assertThat(readings.cores())
                .isEqualTo(Readings.read(root, Map.of()).cores())
                .isLessThan(7);
        assertThat(readings.explanation()).contains(new Reading("CPU request", "7 cores"));
    }

    private List<String> readings() {
        Readings readings = Readings.read(root, Map.of());
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
