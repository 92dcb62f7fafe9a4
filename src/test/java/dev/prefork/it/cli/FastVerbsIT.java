package dev.prefork.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verbs that only answer start neither Quarkus nor the way to system calls: a probe runs one of them every few seconds. */
class FastVerbsIT {
    /** Nobody listens on it: the kernel never gives it to anybody who asks for just any. */
    private static final String NO_PROCESS = "-Dquarkus.management.port=1";

    /** As in {@code [0.010s][info][class,load] java.lang.Object source: shared objects file}. */
    private static final Pattern CLASS = Pattern.compile("(\\S+) source:");

    private static final List<String> HEAVY = List.of(
            "io.quarkus.runtime.Application",
            "io.quarkus.runtime.ApplicationLifecycleManager",
            "io.quarkus.runner.ApplicationImpl",
            "io.quarkus.arc.",
            "io.vertx.",
            "io.netty.",
            "jnr.",
            "com.kenai.jffi.");

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    static Stream<Arguments> verbs() {
        return Jdks.all().stream()
                .flatMap(jdk -> Stream.of(
                        Arguments.of(jdk, "version", 0),
                        Arguments.of(jdk, "--help", 0),
                        Arguments.of(jdk, "check", 0),
                        Arguments.of(jdk, "explain", 0),
                        Arguments.of(jdk, "health", 1)));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void loadNothingHeavy(Jdk jdk, String verb, int exitCode) throws IOException {
        PackagedJar.path();
        Set<String> loaded = loadedBy(jdk, exitCode, verb);

        assertThat(loaded).contains("dev.prefork.cli.Main", "dev.prefork.cli.Cli");
        assertThat(loaded.stream().filter(name -> HEAVY.stream().anyMatch(name::startsWith)))
                .isEmpty();
    }

    /** They need system calls, and are run by hand in a pod whose CPU is short. */
    @ParameterizedTest
    @ValueSource(strings = {"status", "reload", "scale 2", "stop", "kill 0", "dump 0"})
    void verbsThatAskAMasterStartNoFrameworkAndMakeNoClasses(String line) throws IOException {
        PackagedJar.path();
        String noProcess = Integer.toString(Integer.MAX_VALUE);
        String[] words = (line + " --pid " + noProcess).split(" ");
        Set<String> loaded = loadedBy(Jdks.running(), 3, words);

        assertThat(loaded).contains("dev.prefork.control.ControlAddress", "com.kenai.jffi.Library");
        assertThat(loaded)
                .noneMatch(name -> name.startsWith("jnr.ffi.") || name.startsWith("org.objectweb.asm."))
                .noneMatch(name -> HEAVY.stream()
                        .filter(heavy -> !heavy.startsWith("jnr.") && !heavy.startsWith("com.kenai."))
                        .anyMatch(name::startsWith));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void aMasterDoesLoadThem(Jdk jdk) throws IOException {
        PackagedJar.path();
        Set<String> loaded = loadedBy(jdk, 3, "--recover-threshold", "0", "--listen", "127.0.0.1:0", "--", "false");

        assertThat(loaded)
                .anyMatch(name -> name.startsWith("com.kenai.jffi."))
                .noneMatch(name -> name.startsWith("jnr.ffi.") || name.startsWith("org.objectweb.asm."))
                .anyMatch(name -> name.startsWith("io.quarkus."));
    }

    private Set<String> loadedBy(Jdk jdk, int exitCode, String... arguments) throws IOException {
        Path log = directory.resolve("classes");
        RunningProcess process = processes
                .prefork(jdk, List.of(NO_PROCESS, "-Xlog:class+load:file=" + log), arguments)
                .start();
        assertThat(process.awaitExit(Duration.ofSeconds(60))).as(process::dump).isEqualTo(exitCode);
        Set<String> names = new TreeSet<>();
        CLASS.matcher(Files.readString(log))
                .results()
                .map(found -> found.group(1))
                .forEach(names::add);
        assertThat(names).hasSizeGreaterThan(100);
        return names;
    }
}
