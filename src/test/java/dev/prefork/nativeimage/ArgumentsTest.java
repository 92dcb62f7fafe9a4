package dev.prefork.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The arguments of the build. Quarkus has every class initialised while an executable is built, and what is in static fields
 * then is in the executable: not what belongs to the machine or the process that it runs as.
 */
class ArgumentsTest {
    /** Whose own classes are initialised at run time, ours or Netty's say: they must not be needed before. */
    private static final List<String> OF_THE_PROCESS = List.of(
            "jnr.",
            "com.kenai.jffi.",
            "io.netty.channel.epoll.",
            "io.netty.buffer.",
            "io.vertx.core.buffer.",
            "java.net.Inet",
            "java.net.Socket",
            "java.net.ServerSocket",
            "java.nio.channels.",
            "java.nio.ByteBuffer#allocateDirect",
            "java.lang.System#getenv",
            "java.lang.System#getProperty",
            "java.lang.System#nanoTime",
            "java.lang.System#currentTimeMillis",
            "java.lang.Runtime#",
            "java.lang.Thread#",
            "java.lang.ProcessHandle#",
            "java.lang.Math#random",
            "java.lang.management.",
            "java.security.SecureRandom#",
            "java.time.Instant#now",
            "java.time.Clock#system",
            "java.time.ZoneId#systemDefault",
            "java.util.Locale#getDefault",
            "java.util.Random#",
            "java.util.Timer#",
            "java.util.UUID#randomUUID",
            "java.util.concurrent.Executors#",
            "java.util.concurrent.ThreadLocalRandom#",
            "java.nio.charset.Charset#defaultCharset",
            "java.nio.file.Files#",
            "sun.misc.Signal#");

    private static final Predicate<String> SUSPICIOUS =
            use -> OF_THE_PROCESS.stream().anyMatch(use::startsWith);

    private final Properties arguments = read();

    @Test
    void nativeAccessIsGranted() {
        assertThat(arguments.getProperty("Args").split("\\s+")).contains("--enable-native-access=ALL-UNNAMED");
    }

    /** An application with another main class than ours would lose its runtime options, and all startup hooks with them. */
    @Test
    void onlyOurOwnBuildLeavesTheArgumentsToOurMainClass() throws IOException {
        assertThat(arguments.getProperty("Args")).doesNotContain("ParseRuntimeOptions");
        assertThat(Files.readString(Path.of("pom.xml")))
                .as("experimental, so unlocked for it alone")
                .containsOnlyOnce("<native.arguments>-H:+UnlockExperimentalVMOptions,-H:-ParseRuntimeOptions,"
                        + "-H:-UnlockExperimentalVMOptions</native.arguments>")
                .containsOnlyOnce(",${native.arguments}</quarkus.native.additional-build-args>");
    }

    @Test
    void everyNameIsAClassOrAPackage() {
        Set<String> all = new TreeSet<>(named("run"));
        all.addAll(named("build"));

        assertThat(all)
                .hasSizeGreaterThan(6)
                .allSatisfy(name -> assertThat(exists(name)).as(name).isTrue());
        assertThat(exists("dev.prefork.os.Gone")).isFalse();
        assertThat(exists("dev.prefork.gone")).isFalse();
    }

    @Test
    void whoseStaticFieldsAreOfTheProcessIsInitialisedInIt() {
        Set<String> found = ofTheProcess(Code.below(Path.of("target/classes")));

        assertThat(found).contains("dev.prefork.os.NativeText", "dev.prefork.quarkus.worker.InheritedTransport");
        assertThat(named("run")).containsAll(found);
        assertThat(named("run").stream().filter(name -> name.startsWith("dev.prefork.")))
                .containsExactlyInAnyOrderElementsOf(found);
    }

    /** With those that use such a class while they are initialised. */
    private static Set<String> ofTheProcess(Code code) {
        Set<String> found = new HashSet<>();
        Set<String> more = code.initialisedWith(SUSPICIOUS);
        while (found.addAll(more)) {
            more = code.initialisedWith(use -> found.contains(use.substring(0, use.indexOf('#'))));
        }
        return found;
    }

    /** Has an address that a method of its own looks up. */
    static final class Indirect {
        static final InetAddress HERE = look();

        private static InetAddress look() {
            return InetAddress.getLoopbackAddress();
        }
    }

    /** Makes an object of such a class. */
    static final class Beside {
        static final Indirect MADE = new Indirect();
    }

    @Test
    void suchAClassIsFoundBehindAnother() {
        Code both = new Code(Stream.of(Indirect.class, Beside.class)
                .flatMap(type -> Code.of(type).bodies().stream())
                .toList());

        assertThat(ofTheProcess(both)).containsExactlyInAnyOrder(Indirect.class.getName(), Beside.class.getName());
        assertThat(ofTheProcess(Code.of(Beside.class))).isEmpty();
    }

    @Test
    void suchAClassIsFoundBehindAMethodOfItsOwn() {
        assertThat(Code.of(Indirect.class).initialisedWith(SUSPICIOUS)).containsExactly(Indirect.class.getName());
        assertThat(Code.of(Code.class).initialisedWith(SUSPICIOUS)).isEmpty();
    }

    private Set<String> named(String when) {
        String option = "--initialize-at-" + when + "-time=";
        return Stream.of(arguments.getProperty("Args").split("\\s+"))
                .filter(argument -> argument.startsWith(option))
                .flatMap(argument ->
                        Stream.of(argument.substring(option.length()).split(",")))
                .collect(Collectors.toSet());
    }

    private static boolean exists(String name) {
        try {
            Class.forName(name, false, ArgumentsTest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return ArgumentsTest.class.getClassLoader().getResource(name.replace('.', '/')) != null;
        }
    }

    private static Properties read() {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Metadata.DIRECTORY.resolve("native-image.properties"))) {
            properties.load(reader);
            return properties;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
