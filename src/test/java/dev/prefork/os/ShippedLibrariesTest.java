package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedLibrariesTest {
    private static final String JFFI_PATH = "jffi.boot.library.path";

    @TempDir
    Path directory;

    private final String classPath = System.getProperty("java.class.path");
    private final String jffiPath = System.getProperty(JFFI_PATH);

    @AfterEach
    void restore() {
        System.setProperty("java.class.path", classPath);
        if (jffiPath == null) {
            System.clearProperty(JFFI_PATH);
        } else {
            System.setProperty(JFFI_PATH, jffiPath);
        }
    }

    @Test
    void liesBesideTheJarInADirectoryForEachPlatform() throws IOException {
        ship(directory, "x86_64-Linux", "libjffi-1.2.so", "libnetty_transport_native_epoll_x86_64.so");
        ship(directory, "aarch64-Linux", "libjffi-1.2.so", "libnetty_transport_native_epoll_aarch_64.so");
        String jar = directory.resolve("quarkus-run.jar").toString();

        for (String architecture : new String[] {"amd64", "x86_64"}) {
            assertThat(ShippedLibraries.besideJar(jar, architecture)
                            .orElseThrow()
                            .options())
                    .singleElement()
                    .asString()
                    .endsWith(":" + directory.resolve("native/x86_64-Linux"));
        }
        assertThat(ShippedLibraries.besideJar(jar, "aarch64").orElseThrow().options())
                .singleElement()
                .asString()
                .endsWith(":" + directory.resolve("native/aarch64-Linux"));
    }

    @Test
    void aWorkerSearchesWhereItWouldSearchAnyhowFirst() throws IOException {
        ship(directory, "x86_64-Linux", "libjffi-1.2.so", "libnetty_transport_native_epoll_x86_64.so");
        String jar = directory.resolve("quarkus-run.jar").toString();
        assertThat(ShippedLibraries.besideJar(jar, "amd64").orElseThrow().options())
                .containsExactly("-Djava.library.path=" + System.getProperty("java.library.path") + ":"
                        + directory.resolve("native/x86_64-Linux"));
    }

    @Test
    void aRelativeJarIsFoundFromTheWorkingDirectory() throws IOException {
        Path here = Path.of("").toAbsolutePath().relativize(directory);
        ship(here, "x86_64-Linux", "libjffi-1.2.so", "libnetty_transport_native_epoll_x86_64.so");
        assertThat(ShippedLibraries.besideJar(here + "/app.jar", "amd64")
                        .orElseThrow()
                        .options())
                .allMatch(option -> option.endsWith(":" + here.toAbsolutePath().resolve("native/x86_64-Linux")));
    }

    @Test
    void liesBesideANativeExecutableToo() throws IOException {
        ship(directory, "x86_64-Linux", "libjffi-1.2.so", "libnetty_transport_native_epoll_x86_64.so");
        assertThat(ShippedLibraries.beside(directory.resolve("prefork"), "amd64")
                        .orElseThrow()
                        .options())
                .allMatch(option -> option.endsWith(":" + directory.resolve("native/x86_64-Linux")));
        assertThat(ShippedLibraries.beside(directory.resolve("prefork"), "aarch64"))
                .isEmpty();
    }

    @Test
    void anExecutableIsAskedForByTheKernelsName() {
        try (AsNative image = new AsNative()) {
            assertThat(image).isNotNull();
            // Beside the JVM that runs this there are none.
            System.setProperty("java.class.path", directory.resolve("app.jar").toString());
            assertThat(ShippedLibraries.ofThisProcess()).isEmpty();
        }
    }

    @Test
    void halfOfThemIsAsGoodAsNone() throws IOException {
        ship(directory, "x86_64-Linux", "libjffi-1.2.so");
        assertThat(ShippedLibraries.besideJar(directory + "/app.jar", "amd64")).isEmpty();
        assertThat(ShippedLibraries.besideJar(directory + "/app.jar", "aarch64"))
                .isEmpty();
    }

    @Test
    void aClassPathOfDirectoriesHasNone() throws IOException {
        ship(directory, "x86_64-Linux", "libjffi-1.2.so", "libnetty_transport_native_epoll_x86_64.so");
        assertThat(ShippedLibraries.besideJar(directory + "/classes", "amd64")).isEmpty();
        assertThat(ShippedLibraries.besideJar("", "amd64")).isEmpty();
        assertThat(ShippedLibraries.besideJar(directory + "/app.jar:" + directory + "/other.jar", "amd64"))
                .isPresent();
    }

    @Test
    void jffiIsToldUnlessTheUserHasToldIt() throws IOException {
        for (String platform : new String[] {"x86_64", "aarch64"}) {
            String netty = "libnetty_transport_native_epoll_" + platform.replace("aarch64", "aarch_64") + ".so";
            ship(directory, platform + "-Linux", "libjffi-1.2.so", netty);
        }
        System.setProperty(
                "java.class.path", directory.resolve("quarkus-run.jar").toString());

        System.clearProperty(JFFI_PATH);
        ShippedLibraries.tellJffi();
        assertThat(System.getProperty(JFFI_PATH))
                .isEqualTo(directory.resolve("native").toString());

        System.setProperty(JFFI_PATH, "/elsewhere");
        ShippedLibraries.tellJffi();
        assertThat(System.getProperty(JFFI_PATH)).isEqualTo("/elsewhere");
    }

    @Test
    void withNothingShippedJffiIsLeftAlone() {
        System.setProperty(
                "java.class.path", directory.resolve("quarkus-run.jar").toString());
        System.clearProperty(JFFI_PATH);
        ShippedLibraries.tellJffi();
        assertThat(System.getProperty(JFFI_PATH)).isNull();
    }

    private static void ship(Path home, String platform, String... names) throws IOException {
        Path place = Files.createDirectories(home.resolve("native").resolve(platform));
        for (String name : names) {
            Files.createFile(place.resolve(name));
        }
    }
}
