package dev.prefork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How parts are put together: few parameters, and state of the whole process only where it cannot be handed over. */
class CompositionTest {
    private static final Path CLASSES = Path.of("target/classes");
    private static final int MOST_PARAMETERS = 5;

    /** State of the process that no constructor could be given, each with the reason. */
    private static final Map<String, String> SINGLETONS = Map.ofEntries(
            Map.entry("dev.prefork.master.SharedSignals", "a process has one handler for each signal"),
            Map.entry("dev.prefork.library.RunningMasters", "masters of one process do not know of each other"),
            Map.entry("dev.prefork.app.RunningMaster", "Quarkus makes health checks and endpoints itself"),
            Map.entry(
                    "dev.prefork.quarkus.master.Management",
                    "Quarkus makes the QuarkusApplication that it runs itself"),
            Map.entry("dev.prefork.quarkus.worker.AcceptGate", "Vert.x makes the transport by ServiceLoader"),
            Map.entry(
                    "dev.prefork.quarkus.worker.TemporaryFiles",
                    "config sources are made by ServiceLoader, several times"),
            Map.entry("dev.prefork.handoff.Leadership", "a process leads or does not, for all parts of it that ask"),
            Map.entry("dev.prefork.handoff.Inheritance", "config sources and transport are made by ServiceLoader"),
            Map.entry(
                    "dev.prefork.master.EarlyStop", "signal handlers belong to the process, before there is a master"),
            Map.entry("dev.prefork.os.LinuxPosix", "the library of system calls is loaded once for a process"),
            Map.entry("dev.prefork.app.Console", "a process has one log, which begins before there is a master"),
            Map.entry("dev.prefork.quarkus.master.MasterLog", "Quarkus' config sources are made by ServiceLoader"),
            Map.entry(
                    "dev.prefork.quarkus.worker.WorkerLog", "config sources are made by ServiceLoader, several times"));

    @Test
    void noConstructorTakesMoreThanFiveParameters() throws Exception {
        assertThat(product().flatMap(CompositionTest::longConstructors)).isEmpty();
    }

    @Test
    void stateOfTheProcessStandsWhereNoConstructorCouldBeGivenIt() throws Exception {
        List<String> found = product()
                .flatMap(CompositionTest::singletons)
                .map(field -> field.substring(0, field.indexOf('#')))
                .distinct()
                .toList();

        assertThat(found).isSubsetOf(SINGLETONS.keySet());
    }

    @Test
    void aLongConstructorIsFound() {
        assertThat(longConstructors(Long.class)).hasSize(1);
        assertThat(longConstructors(Short.class)).isEmpty();
    }

    @Test
    void stateOfTheProcessIsFound() {
        assertThat(singletons(Stateful.class)).hasSize(3);
        assertThat(singletons(Constants.class)).isEmpty();
    }

    private static Stream<String> longConstructors(Class<?> type) {
        return type.isEnum()
                ? Stream.empty()
                : Arrays.stream(type.getDeclaredConstructors())
                        .filter(constructor -> parameters(constructor) > MOST_PARAMETERS)
                        .map(Constructor::toString);
    }

    /** Without what the compiler adds: the outer instance, and what a local class captures. */
    private static long parameters(Constructor<?> constructor) {
        return Arrays.stream(constructor.getParameters())
                .filter(parameter -> !parameter.isSynthetic() && !parameter.isImplicit())
                .map(Parameter::getName)
                .count();
    }

    private static Stream<String> singletons(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field ->
                        Modifier.isStatic(field.getModifiers()) && !field.isSynthetic() && !field.isEnumConstant())
                .filter(CompositionTest::isState)
                .map(field -> outermost(type) + "#" + field.getName());
    }

    private static boolean isState(Field field) {
        Class<?> type = field.getType();
        boolean ofItself = type == field.getDeclaringClass() && !type.isRecord() && !type.isInterface();
        return !Modifier.isFinal(field.getModifiers())
                || type.getPackageName().equals("java.util.concurrent.atomic")
                || ofItself && hasState(type);
    }

    private static boolean hasState(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .anyMatch(field -> !Modifier.isStatic(field.getModifiers())
                        && (!Modifier.isFinal(field.getModifiers())
                                || java.util.Collection.class.isAssignableFrom(field.getType())));
    }

    private static String outermost(Class<?> type) {
        return type.getName().replaceFirst("\\$.*", "");
    }

    private static Stream<Class<?>> product() throws IOException, ClassNotFoundException {
        try (Stream<Path> files = Files.walk(CLASSES.resolve("dev"))) {
            List<Class<?>> classes = new java.util.ArrayList<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                String name = CLASSES.relativize(file)
                        .toString()
                        .replaceFirst("\\.class$", "")
                        .replace('/', '.');
                if (!name.endsWith("package-info")) {
                    classes.add(Class.forName(name, false, CompositionTest.class.getClassLoader()));
                }
            }
            assertThat(classes).hasSizeGreaterThan(200);
            return classes.stream();
        }
    }

    static final class Long {
        Long(int a, int b, int c, int d, int e, int f) {}
    }

    static final class Short {
        Short(int a, int b, int c, int d, int e) {}
    }

    static final class Stateful {
        static final AtomicReference<String> REFERENCE = new AtomicReference<>();
        static final Stateful INSTANCE = new Stateful();
        static int count;

        int state;
    }

    static final class Constants {
        static final Constants ONLY = new Constants();
        static final String TEXT = "text";

        final String value = TEXT;
    }
}
