package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.master.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerJavaTest {
    @TempDir
    private Path place;

    private Path jar;

    @BeforeEach
    void makeJar() throws IOException {
        Files.createDirectories(place.resolve("lib/main"));
        Files.createDirectories(place.resolve("app"));
        Files.writeString(place.resolve("app/app.jar"), "application");
        Files.writeString(place.resolve("lib/main/some.jar"), "library");
        jar = jar("app/app.jar lib/main/some.jar lib/main/missing.jar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xshare:off",
                "-XX:SharedArchiveFile=/x.jsa",
                "-XX:AOTCache=/x.aot",
                "-XX:ArchiveClassesAtExit=x",
                "-javaagent:otel.jar",
                "-agentlib:jdwp=transport=dt_socket",
                "@options",
                "-XX:Flags=.hotspotrc"
            })
    void whatTheUserDecidedIsLeftAlone(String option) throws UnusableException {
        assertThatThrownBy(java(option)::requireUsable)
                .isInstanceOf(UnusableException.class)
                .hasMessageEndingWith("(" + option + ")");
        WorkerJava byVariable = java(Map.of("JAVA_TOOL_OPTIONS", "-Da=b " + option));
        assertThatThrownBy(byVariable::requireUsable).isInstanceOf(UnusableException.class);
    }

    @Test
    void otherOptionsDoNotMatter() throws UnusableException {
        assertThatCode(java("-Xmx64m", "-XX:+UseSerialGC", "-Dx=y")::requireUsable)
                .doesNotThrowAnyException();
    }

    @Test
    void withoutAClassPathThereIsNone() throws UnusableException {
        WorkerJava module = WorkerJava.of(new Program(executable(), List.of("java", "-m", "a/b.C")), Map.of());
        assertThatThrownBy(module::requireUsable).isInstanceOf(UnusableException.class);
    }

    @Test
    void anOlderJavaAndOneOfUnknownVersionAreLeftAlone() throws IOException, UnusableException {
        Path program = Files.createFile(
                Files.createDirectories(place.resolve("jdk/bin")).resolve("java"));
        WorkerJava old =
                WorkerJava.of(new Program(program.toString(), List.of("java", "-jar", jar.toString())), Map.of());
        assertThatThrownBy(old::requireUsable).hasMessageContaining("release cannot be read");

        Files.writeString(place.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");
        assertThatThrownBy(old::requireUsable).hasMessageContaining("is older than Java 17");

        Files.writeString(place.resolve("jdk/release"), "X=y\nJAVA_VERSION=\"25.0.3\"\n");
        assertThatCode(old::requireUsable).doesNotThrowAnyException();
    }

    @Test
    void theClassPathIsWhatTheManifestNamesAndIsThere() throws UnusableException {
        assertThat(java().classPath())
                .containsExactly(jar, place.resolve("app/app.jar"), place.resolve("lib/main/some.jar"));
    }

    @Test
    void theKeyIsTheSameForTheSameAndWhateverTheSizes() throws UnusableException {
        assertThat(java("-Xmx64m").key()).isEqualTo(java().key()).hasSize(16);
        assertThat(java("-XX:ActiveProcessorCount=1", "-XX:MaxMetaspaceSize=90m")
                        .key())
                .isEqualTo(java().key());
        assertThat(java("-Dany=thing").key()).isEqualTo(java().key());
    }

    @Test
    void theKeyIsTheSameWhateverTheSizesInAVariable() throws UnusableException {
        assertThat(java(Map.of("JAVA_TOOL_OPTIONS", "-Xmx64m -XX:+AlwaysPreTouch"))
                        .key())
                .isEqualTo(java().key());
    }

    @Test
    void theProcessThatMakesAnArchiveHasTheOptionsOfVariablesOnItsCommandLine() throws UnusableException {
        WorkerJava java = java(Map.of("JAVA_TOOL_OPTIONS", "-Xlog:gc:file=/gc.log -XX:+UseZGC", "HOME", "/root"));
        assertThat(java.dumpEnvironment()).isEqualTo(Map.of("HOME", "/root"));
        assertThat(java.dumpCommand(Path.of("/names"), Path.of("/archive")))
                .startsWith("java", "-XX:+UseZGC", "-Xshare:dump");
    }

    @Test
    void aWildcardNamesAllJarsOfItsDirectory() throws IOException, UnusableException {
        Files.writeString(place.resolve("lib/main/notes.txt"), "no library");
        WorkerJava java = onClassPath(jar + ":" + place.resolve("lib/main") + "/*");
        assertThat(java.classPath()).contains(jar).endsWith(place.resolve("lib/main/some.jar"));
        assertThatCode(java::requireUsable).doesNotThrowAnyException();
        String before = java.key();
        assertThat(java.hasPrefork()).isFalse();

        Files.writeString(place.resolve("lib/main/prefork-1.0.jar"), "x");
        assertThat(java.hasPrefork()).isTrue();
        assertThat(java.key()).isNotEqualTo(before);
    }

    @Test
    void aClassPathWithADirectoryIsLeftAloneUnlessItIsEmpty() throws IOException, UnusableException {
        Path classes = Files.createDirectory(place.resolve("classes"));
        WorkerJava java = onClassPath(classes + ":" + jar);
        assertThatCode(java::requireUsable).doesNotThrowAnyException();

        Files.writeString(classes.resolve("A.class"), "x");
        assertThatThrownBy(java::requireUsable)
                .hasMessage("the class path names a directory that is not empty (" + classes + ")");
    }

    @Test
    void theKeyIsAnotherForAnotherCollectorOrVariable() throws UnusableException {
        assertThat(java("-XX:+UseZGC").key()).isNotEqualTo(java().key());
        assertThat(java(Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseZGC")).key()).isNotEqualTo(java().key());
    }

    @Test
    void theKeyIsAnotherWhenTheApplicationChangesWithTheSameSizeAndTime() throws IOException, UnusableException {
        String before = java().key();
        Path application = place.resolve("app/app.jar");
        FileTime time = Files.getLastModifiedTime(application);
        Files.writeString(application, "Application");
        Files.setLastModifiedTime(application, time);

        assertThat(java().key()).isNotEqualTo(before);
    }

    @Test
    void theKeyIsAnotherWhenALibraryIsReplaced() throws IOException, UnusableException {
        String before = java().key();
        Files.writeString(place.resolve("lib/main/some.jar"), "library of another size");
        assertThat(java().key()).isNotEqualTo(before);
    }

    @Test
    void findsPreforkAmongTheLibraries() throws IOException, UnusableException {
        assertThat(java().hasPrefork()).isFalse();
        Files.writeString(place.resolve("lib/main/dev.prefork.prefork-1.0.jar"), "x");
        // As in Quarkus' fast-jar, whose manifest does not name it.
        assertThat(java().hasPrefork()).isTrue();
    }

    @Test
    void findsTheArchiveOfTheImage() throws IOException, UnusableException {
        assertThat(java().ofImage()).isEmpty();
        Path archive = Files.writeString(place.resolve("classes.jsa"), "x");
        assertThat(java().ofImage()).contains(new Archive(archive, 1, false));
    }

    @Test
    void anArchiveIsMadeWithTheOptionsThatShapeIt() throws UnusableException {
        List<String> command = java("-XX:+UseSerialGC", "-Xlog:gc", "-XX:+HeapDumpOnOutOfMemoryError", "-Da=b")
                .dumpCommand(Path.of("/names"), Path.of("/archive"));

        assertThat(command)
                .startsWith("java", "-XX:+UseSerialGC", "-Xshare:dump")
                .contains("-XX:SharedClassListFile=/names", "-XX:SharedArchiveFile=/archive")
                .endsWith("-cp", jar.toString())
                .doesNotContain("-Xlog:gc", "-XX:+HeapDumpOnOutOfMemoryError", "-Da=b", "-jar");
    }

    @Test
    void classesAreLinkedWhereTheJvmTakesThemFromSuchAnArchive() throws IOException, UnusableException {
        assertThat(dump(java(17, Map.of()))).doesNotContain(ClassLinking.OPTION);
        assertThat(dump(java(25, Map.of()))).containsSubsequence("java", ClassLinking.OPTION, "-Xshare:dump");
        assertThat(dump(java(25, Map.of("JDK_JAVA_OPTIONS", "--add-opens a/b=c"))))
                .doesNotContain(ClassLinking.OPTION);
        assertThat(dump(java(25, Map.of(), "--add-opens", "a/b=c"))).doesNotContain(ClassLinking.OPTION);
    }

    @Test
    void theKeyIsAnotherWhereClassesAreLinked() throws IOException, UnusableException {
        // A JVM with other modules would refuse what one without has made, and it would be removed.
        String linked = java(25, Map.of()).key();
        String plain = java(25, Map.of(), "--add-opens=a/b=c").key();
        assertThat(plain).isNotEqualTo(linked);
        assertThat(java(17, Map.of()).key()).isEqualTo(plain);
    }

    private static List<String> dump(WorkerJava java) throws UnusableException {
        return java.dumpCommand(Path.of("/names"), Path.of("/archive"));
    }

    /** On a JDK that consists of nothing but its version. */
    private WorkerJava java(int version, Map<String, String> environment, String... options)
            throws IOException, UnusableException {
        Path program = Files.createDirectories(place.resolve("jdk/bin")).resolve("java");
        if (Files.notExists(program)) {
            Files.createFile(program);
        }
        Files.writeString(place.resolve("jdk/release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
        List<String> command = new ArrayList<>(List.of("java"));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar.toString()));
        return WorkerJava.of(new Program(program.toString(), command), environment);
    }

    private static WorkerJava onClassPath(String classPath) throws UnusableException {
        return WorkerJava.of(new Program(executable(), List.of("java", "-cp", classPath, "a.B")), Map.of());
    }

    private WorkerJava java(String... options) throws UnusableException {
        return java(Map.of(), options);
    }

    private WorkerJava java(Map<String, String> environment, String... options) throws UnusableException {
        List<String> command = new ArrayList<>(List.of("java"));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar.toString(), "--workers", "2"));
        return WorkerJava.of(new Program(executable(), command), environment);
    }

    private static String executable() {
        return ProcessHandle.current().info().command().orElseThrow();
    }

    private Path jar(String classPath) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        Path file = place.resolve("quarkus-run.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            out.finish();
        }
        return file;
    }
}
