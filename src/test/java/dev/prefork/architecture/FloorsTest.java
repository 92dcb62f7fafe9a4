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
        "os.A, listen.B",
        "listen.A, notify.B",
        "notify.A, listen.B",
        "supervise.A, worker.B",
        "worker.A, supervise.B",
        "supervise.A, master.B",
        "worker.A, agent.worker.B",
        "master.A, control.B",
        "control.A, metrics.B",
        "metrics.A, Prefork",
        "Prefork, agent.B",
        "agent.A, cli.B",
        "agent.worker.A, cli.B",
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
        "listen.A, os.B",
        "supervise.A, container.B",
        "worker.A, notify.B",
        "master.A, supervise.B",
        "master.A, worker.B",
        "metrics.A, master.B",
        "Prefork, master.B",
        "agent.A, Prefork",
        "agent.worker.A, worker.B",
        "agent.A, agent.worker.B",
        "cli.A, agent.worker.B",
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
        assertThat(Floors.violations(List.of(ours("agent.attic.A", "os.B")))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.quarkus.runtime.Quarkus",
                "jakarta.inject.Inject",
                "io.vertx.core.Vertx",
                "io.netty.channel.Channel"
            })
    void frameworksStayAtTheEdgesButForTheListenerAdapter(String framework) {
        assertThat(Floors.violations(List.of(new Dependency("dev.prefork.master.A", framework))))
                .singleElement()
                .asString()
                .endsWith("frameworks stay at the edges");
        assertThat(Floors.violations(List.of(new Dependency("dev.prefork.worker.Lifeline", framework))))
                .hasSize(1);
        assertThat(Floors.violations(List.of(
                        new Dependency("dev.prefork.worker.InheritedTransport", framework),
                        new Dependency("dev.prefork.worker.InheritedTransport$1", framework),
                        new Dependency("dev.prefork.agent.A", framework),
                        new Dependency("dev.prefork.metrics.A", framework))))
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
                        ours("agent.A", "agent.worker.B"),
                        ours("agent.worker.B", "agent.demo.C"),
                        ours("agent.demo.C", "agent.A"),
                        ours("agent.demo.C", "os.D"))))
                .containsExactly("packages in a circle: dev.prefork.agent -> dev.prefork.agent.worker"
                        + " -> dev.prefork.agent.demo -> dev.prefork.agent");
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
