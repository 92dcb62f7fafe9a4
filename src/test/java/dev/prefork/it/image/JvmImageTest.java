package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code k8s/Dockerfile.jvm} may rely on, as other applications copy it. */
class JvmImageTest {
    private static final Dockerfile FILE = Dockerfile.read("k8s/Dockerfile.jvm");
    private static final Dockerfile IMAGE = FILE.stages().get(1);

    private static List<Dockerfile.Instruction> copies() {
        return IMAGE.instructions().stream()
                .filter(instruction -> instruction.is("COPY"))
                .toList();
    }

    /** Only {@code native} is Prefork's own, and documented to be left out or brought along. */
    @Test
    void theBuildStageHasToMakeOnlyWhatQuarkusMakesOfAnyApplication() {
        assertThat(copies())
                .filteredOn(copy -> copy.option("from").isPresent())
                .extracting(
                        copy -> Path.of(copy.operands().get(0)).getFileName().toString())
                .containsExactlyInAnyOrder("lib", "native", "quarkus-run.jar", "quarkus", "app");
    }

    /** The application's own settings need not say so. */
    @Test
    void theJarIsOneWhoseClassesCanBeArchived() {
        assertThat(FILE.stages().get(0).commands("RUN"))
                .anySatisfy(command ->
                        assertThat(command).startsWith("./mvnw").contains("-Dquarkus.package.jar.type=aot-jar"));
    }

    @Test
    void theEntrypointIsAmongTheFilesToCopy() {
        String entrypoint = IMAGE.commands("ENTRYPOINT").get(0).get(0);
        Dockerfile.Instruction copy = copies().stream()
                .filter(one -> one.operands().get(1).equals(entrypoint))
                .findFirst()
                .orElseThrow();

        String source = copy.operands().get(0);
        assertThat(copy.option("from")).isEmpty();
        assertThat(copy.option("chmod")).contains("0555");
        assertThat(Path.of(source)).isExecutable();
        assertThat(Path.of("docs", "KUBERNETES.md")).content().contains("`" + source + "`");
    }
}
