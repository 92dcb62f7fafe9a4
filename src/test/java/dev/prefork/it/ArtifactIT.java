package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Prefork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.IndexReader;
import org.junit.jupiter.api.Test;

/** The jar that other projects depend on, and what of the runnable one it must not have. */
class ArtifactIT {
    private static final Path THIN = Path.of("target", "prefork-" + System.getProperty("prefork.version") + ".jar");
    private static final String DEMONSTRATION = "dev.prefork.demo";

    @Test
    void theDemonstrationRoutesAreNotInIt() throws IOException {
        assertThat(entries(THIN))
                .contains(file(Prefork.class.getName()))
                .noneMatch(entry -> entry.startsWith(DEMONSTRATION.replace('.', '/')));
    }

    /** Quarkus takes the beans of a dependency from there, whether their classes are in the jar or not. */
    @Test
    void norInItsIndex() throws IOException {
        try (JarFile jar = new JarFile(THIN.toFile());
                InputStream index = jar.getInputStream(jar.getEntry("META-INF/jandex.idx"))) {
            assertThat(new IndexReader(index).read().getKnownClasses())
                    .extracting(ClassInfo::name)
                    .extracting(Object::toString)
                    .contains(Prefork.class.getName())
                    .noneMatch(name -> name.startsWith(DEMONSTRATION));
        }
    }

    @Test
    void theRunnableJarHasAllOfItAndThemBesides() throws IOException {
        Path application;
        try (Stream<Path> jars = Files.list(PackagedJar.path().resolveSibling("app"))) {
            application = jars.findFirst().orElseThrow();
        }
        List<String> classes =
                entries(THIN).stream().filter(entry -> entry.endsWith(".class")).toList();

        assertThat(entries(application)).containsAll(classes).contains(file(DEMONSTRATION + ".DemoRoutes"));
    }

    private static String file(String className) {
        return className.replace('.', '/') + ".class";
    }

    private static List<String> entries(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }
}
