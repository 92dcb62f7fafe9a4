package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingsTest {

    @TempDir
    Path root;

    @Test
    void anEmptyRootHasNoLimits() {
        Readings readings = Readings.read(root, Map.of());

        assertThat(readings.cpuQuota()).isEmpty();
        assertThat(readings.cpuset()).isEmpty();
        assertThat(readings.affinity()).isEmpty();
        assertThat(readings.memoryLimit()).isEmpty();
        assertThat(readings.memoryTotal()).isEmpty();
    }

    @Test
    void aRootThatIsNotThereHasNoLimits() {
        assertThat(Readings.read(root.resolve("nowhere"), Map.of())).isEqualTo(Readings.read(root, Map.of()));
    }

    @Test
    void directoriesInPlaceOfFilesAreNoLimits() throws IOException {
        for (String path : new String[] {"proc/self/cgroup", "proc/self/status", "proc/meminfo"}) {
            Files.createDirectories(root.resolve(path));
        }
        Files.createDirectories(root.resolve("sys/fs/cgroup/memory/memory.limit_in_bytes"));

        assertThat(Readings.read(root, Map.of()))
                .usingRecursiveComparison()
                .ignoringFields("source")
                .isEqualTo(Readings.read(root.resolve("nowhere"), Map.of()));
        assertThat(OomKills.of(root).count()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MemTotal: many kB",
                "MemTotal: 5 MB",
                "MemTotal: -5 kB",
                "MemTotal:",
                "MemTotal: kB",
                "MemTotal: 9223372036854775807 kB"
            })
    void memoryInformationThatMakesNoSenseIsAbsent(String line) {
        assertThat(new Tree(root).file("proc/meminfo", line + "\n").read().memoryTotal())
                .isEmpty();
    }

    @Test
    void anAffinityThatMakesNoSenseIsAbsent() {
        assertThat(new Tree(root).affinity("all of them").read().affinity()).isEmpty();
    }

    @Test
    void readingsThatComeFromNoCgroupSaySo() {
        Readings readings = new Readings(
                OptionalDouble.empty(),
                OptionalInt.of(1),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());

        assertThat(readings.explanation())
                .containsExactly(
                        new Reading("cgroups", "none"),
                        new Reading("own cgroup", "none"),
                        new Reading("CPU quota", "none"),
                        new Reading("cpuset", "1 CPU"),
                        new Reading("affinity", "unknown"),
                        new Reading("memory limit", "none"),
                        new Reading("machine memory", "unknown"),
                        new Reading("out of memory", "cannot read what an OOM kill would end here"));
    }

    @Test
    void thisMachineGivesSensibleReadings() {
        Readings readings = Readings.read(Path.of("/"), Map.of());

        assertThat(readings.affinity().orElseThrow())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(readings.memoryTotal().orElseThrow()).isBetween(64 * Tree.MIB, 1L << 50);
        assertThat(readings.memory().orElseThrow())
                .isBetween(16 * Tree.MIB, readings.memoryTotal().getAsLong());
        assertThat(readings.cpuQuota().orElse(1)).isBetween(0.001, 100_000.0);
        assertThat(readings).as("of a machine that did not change").isEqualTo(Readings.read(Path.of("/"), Map.of()));
        assertThat(Sizing.auto(readings, WorkerKind.COMMAND).workers())
                .isBetween(1, readings.affinity().getAsInt());
    }
}
