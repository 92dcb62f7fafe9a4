package dev.prefork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloorsTest {
    private static final Path CLASSES = Path.of("target/classes");

    @Test
    void everyClassUsesOnlyRoomsBelowItsOwn() {
        List<Dependency> dependencies = Bytecode.dependencies(CLASSES);

        assertThat(dependencies.stream().filter(Dependency::staysInside)).isNotEmpty();
        assertThat(Floors.violations(dependencies)).isEmpty();
    }

    @Test
    void jdepsSawEveryClassThatWasCompiled() throws IOException {
        List<String> users =
                Bytecode.dependencies(CLASSES).stream().map(Dependency::from).toList();

        try (Stream<Path> files = Files.walk(CLASSES.resolve("dev"))) {
            assertThat(files.map(Path::toString)
                            .filter(file -> file.endsWith(".class"))
                            .map(file -> CLASSES.relativize(Path.of(file))
                                    .toString()
                                    .replaceFirst("\\.class$", "")
                                    .replace('/', '.')))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(users).contains(name));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "os.A, container.B",
        "container.A, os.B",
        "os.A, procfs.B",
        "procfs.A, supervise.B",
        "supervise.A, notify.B",
        "shim.A, listen.B",
        "handoff.A, listen.B",
        "listen.A, probe.B",
        "probe.A, master.B",
        "master.A, metrics.merge.B",
        "metrics.meters.A, config.B",
        "config.A, explain.B",
        "explain.A, app.B",
        "app.A, quarkus.master.B",
        "quarkus.worker.A, demo.B",
        "quarkus.common.A, cli.B",
        "cli.A, library.B",
        "library.A, Prefork",
        "os.A$Nested, master.B$Other",
    })
    void aRoomMustNotKnowItsOwnFloorOrOneAbove(String from, String to) {
        assertThat(Floors.violations(List.of(ours(from, to))))
                .singleElement()
                .asString()
                .startsWith("dev.prefork." + from + " must not know dev.prefork." + to);
    }

    @ParameterizedTest
    @CsvSource({
        "procfs.A, container.B",
        "supervise.A, os.B",
        "listen.A, procfs.B",
        "listen.A, handoff.B",
        "notify.A, handoff.B",
        "master.A, supervise.B",
        "metrics.collect.A, metrics.merge.B",
        "config.A, handoff.B",
        "explain.A, config.B",
        "app.A, explain.B",
        "quarkus.master.A, app.B",
        "quarkus.worker.A, quarkus.common.B",
        "cli.A, quarkus.worker.B",
        "library.A, master.B",
        "Prefork, library.B",
        "os.A, os.B",
        "os.A, os.linux.B",
    })
    void aRoomMayKnowThoseBelowAndItsOwnSubPackages(String from, String to) {
        assertThat(Floors.violations(List.of(ours(from, to)))).isEmpty();
    }

    @Test
    void aNewPackageNeedsAFloor() {
        assertThat(Floors.violations(List.of(ours("cellar.A", "os.B"))))
                .containsExactly("package dev.prefork.cellar has no floor: give it one in Floors");
        assertThat(Floors.violations(List.of(ours("quarkus.attic.A", "os.B")))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.quarkus.runtime.Quarkus",
                "jakarta.inject.Inject",
                "io.vertx.core.Vertx",
                "io.netty.channel.Channel"
            })
    void frameworksStayAtTheEdges(String framework) {
        for (String room : List.of("os", "master", "handoff", "metrics.meters", "app", "library")) {
            assertThat(Floors.violations(List.of(new Dependency("dev.prefork." + room + ".A", framework))))
                    .singleElement()
                    .asString()
                    .endsWith("frameworks stay at the edges");
        }
        assertThat(Floors.violations(List.of(
                        new Dependency("dev.prefork.quarkus.worker.A", framework),
                        new Dependency("dev.prefork.config.A$1", framework),
                        new Dependency("dev.prefork.cli.A", framework),
                        new Dependency("dev.prefork.demo.A", framework))))
                .isEmpty();
        assertThat(Floors.violations(List.of(new Dependency("dev.prefork.Prefork", framework))))
                .hasSize(1);
    }

    @Test
    void classesOfDifferentPackagesMustNotKnowEachOther() {
        assertThat(Floors.violations(List.of(
                        ours("metrics.merge.A$Nested", "metrics.meters.B"),
                        ours("metrics.meters.B", "metrics.merge.A"))))
                .contains("dev.prefork.metrics.merge.A and dev.prefork.metrics.meters.B know each other:"
                        + " one direction is enough");
        assertThat(Floors.violations(List.of(ours("Prefork", "library.B"), ours("library.B", "Prefork"))))
                .anyMatch(found -> found.contains("know each other"))
                .anyMatch(found -> found.startsWith("dev.prefork.library.B must not know dev.prefork.Prefork"));
        assertThat(Floors.violations(List.of(ours("os.A", "os.B"), ours("os.B", "os.A"))))
                .isEmpty();
    }

    @Test
    void onlyTheOsPackageMakesSystemCalls() {
        assertThat(Floors.violations(List.of(new Dependency("dev.prefork.master.A", "jnr.ffi.Pointer"))))
                .singleElement()
                .asString()
                .endsWith("system calls are made in os alone");
        assertThat(Floors.violations(List.of(
                        new Dependency("dev.prefork.os.A", "jnr.ffi.Pointer"),
                        new Dependency("dev.prefork.listen.A", "jnr.constants.platform.Errno"))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.lang.ProcessBuilder", "java.lang.Process"})
    void nobodyStartsProcessesThroughTheJdk(String spawner) {
        assertThat(Floors.violations(List.of(new Dependency("dev.prefork.cli.A", spawner))))
                .singleElement()
                .asString()
                .contains("must not use " + spawner);
        assertThat(Floors.violations(List.of(new Dependency("dev.prefork.cli.A", "java.lang.ProcessHandle"))))
                .isEmpty();
    }

    @Test
    void subPackagesMustNotGoInCircles() {
        assertThat(Floors.violations(List.of(
                        ours("quarkus.master.A", "quarkus.worker.B"),
                        ours("quarkus.worker.B", "quarkus.common.C"),
                        ours("quarkus.common.C", "quarkus.master.A"),
                        ours("quarkus.common.C", "os.D"))))
                .containsExactly("packages in a circle: dev.prefork.quarkus.common -> dev.prefork.quarkus.master"
                        + " -> dev.prefork.quarkus.worker -> dev.prefork.quarkus.common");
    }

    @Test
    void seesRuntimeExecInRealBytecode(@TempDir Path classes) throws IOException {
        String file = Spawner.class.getName().replace('.', '/') + ".class";
        Path copy = classes.resolve(file);
        Files.createDirectories(copy.getParent());
        Files.copy(Path.of("target/test-classes", file), copy);

        assertThat(Floors.violations(Bytecode.dependencies(classes)))
                .anyMatch(found -> found.contains("Spawner must not use java.lang.Process"));
    }

    private static Dependency ours(String from, String to) {
        return new Dependency("dev.prefork." + from, "dev.prefork." + to);
    }

    /** Never run: it is here for its bytecode, which names no more of the JDK's spawners than one call does. */
    static final class Spawner {
        private Spawner() {}

        static void spawn() throws IOException {
            Runtime.getRuntime().exec(new String[] {"true"});
        }
    }
}
