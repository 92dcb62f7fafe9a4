package dev.prefork.it.image;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.FullRing;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.WorkerView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code k8s/Dockerfile.jvm}, with a root file system that is made here in place of the base image: built by its own
 * instructions, and run as the restricted profile of a cluster would run it, by default ports and without an argument.
 */
@FullRing("it builds the application once more, with Maven")
@Timeout(900)
class JvmImageIT {
    private static final Dockerfile FILE = Dockerfile.read("k8s/Dockerfile.jvm");
    private static final Dockerfile IMAGE = FILE.stages().get(1);
    private static final int SOMEBODY = 1_000_650_000;
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path home;

    @Test
    void isBuiltServesAnswersProbesAndLeavesNothing() throws IOException {
        Container.requireRuntime(processes, Files.createDirectory(home.resolve("trial")));
        RootFileSystem system = RootFileSystem.assemble(Files.createDirectory(home.resolve("root")), Jdks.newest());
        BuildStage stage = BuildStage.of(FILE, Files.createDirectory(home.resolve("code")));
        for (List<String> command : stage.commands()) {
            stage.run(processes, command);
        }
        copy(stage, system);
        Path bundle = Files.createDirectory(home.resolve("bundle"));
        try (Container container = new Container(processes, bundle, system.root())) {
            for (List<String> command : IMAGE.commands("RUN")) {
                container.build(command);
            }
        }
        assertThat(system.root().resolve("app/classes.jsa")).isRegularFile();
        Map<String, String> before = Tree.picture(system.root());

        try (Container container = new Container(processes, bundle, system.root())) {
            RunningProcess process =
                    container.start(IMAGE.commands("ENTRYPOINT").get(0), SOMEBODY);
            process.awaitLine("all workers ready", SOON);
            long pid1 = process.children().get(0);
            assertBareWithArchive(pid1);
            assertThat(Proc.children(pid1)).isNotEmpty().allSatisfy(JvmImageIT::assertBareWithArchive);
            assertThat(container.execute("wget", "-qO-", "http://127.0.0.1:8080/"))
                    .startsWith("worker ");
            for (String probe : List.of("started", "live", "ready")) {
                assertThat(container.execute("wget", "-qO-", "http://127.0.0.1:9000/q/health/" + probe))
                        .as(probe)
                        .contains("\"status\": \"UP\"");
            }
            // Probes are answered before the master's Quarkus has booted, which brings the metrics.
            await().untilAsserted(() -> assertThat(container.execute("wget", "-qO-", "http://127.0.0.1:9000/q/metrics"))
                    .contains("prefork_workers"));
            container.execute("java", "-jar", "/app/quarkus-run.jar", "health", "ready");

            List<Long> all = Proc.sameNamespace(pid1);
            container.terminate();
            assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
            assertThat(process.stderr()).isEmpty();
            assertThat(all).hasSizeGreaterThan(1).noneMatch(Proc::isAlive);
            assertThat(container.list()).isEmpty();
        }
        assertThat(Tree.picture(system.root())).isEqualTo(before);
    }

    /** What COPY says, in the order of the file. */
    private static void copy(BuildStage stage, RootFileSystem system) throws IOException {
        for (Dockerfile.Instruction instruction : IMAGE.instructions()) {
            if (instruction.is("COPY")) {
                List<String> operands = instruction.operands();
                String source = operands.get(0);
                Path from = instruction.option("from").isPresent() ? stage.file(source) : Path.of(source);
                Path to = system.root().resolve(operands.get(1).substring(1));
                Tree.copy(from, to);
                String[] owner = instruction.option("chown").orElseThrow().split(":");
                Tree.hand(
                        to,
                        Integer.parseInt(owner[0]),
                        Integer.parseInt(owner[1]),
                        instruction.option("chmod").orElseThrow());
            }
        }
        system.copyLibraries(system.root().resolve("app"));
    }

    private static void assertBareWithArchive(long pid) {
        WorkerView view = new WorkerView(pid);
        view.assertPowerless(Integer.toString(SOMEBODY));
        assertThat(view.mapped(Path.of("/app"))).contains("classes.jsa");
    }
}
