package dev.prefork.nativeimage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is looked up by its name when Prefork runs: by jffi, by service loaders, and by ourselves. Found in
 * the classes and not written down, so that a new version of jffi, or a new use of ours, cannot be forgotten.
 *
 * @param thrown exceptions that native code makes
 */
record Needs(
        List<Class<?>> types,
        List<Executable> members,
        List<Field> fields,
        List<String> thrown,
        List<String> resources) {
    private static final List<String> ARCHITECTURES = List.of("x86_64", "aarch64");

    /** How the library of jffi names what it throws. */
    private static final Pattern THROWN = Pattern.compile("java/lang/[A-Za-z]+(Exception|Error)");

    /** Quarkus makes this class for each application, and registers it itself. */
    private static final String MADE_BY_QUARKUS = "io.quarkus.runtime.generated.";

    /** Of the classes in {@code code}, with the services that {@code resources} announces. */
    static Needs of(Code code, Path resources) {
        Needs needs = new Needs(
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        code.using("java.lang.Class#forName")
                .flatMap(body -> body.texts().stream())
                .filter(text -> text.matches("[a-z]\\w*(\\.\\w+)+")
                        && !text.startsWith(MADE_BY_QUARKUS)
                        && !text.endsWith(".properties"))
                .map(Needs::load)
                .forEach(needs.types::add);
        code.using("io.quarkus.runtime.Quarkus#run")
                .flatMap(body -> body.classes().stream())
                .map(Needs::load)
                .forEach(needs::addConstructor);
        code.using("java.lang.Class#getResourceAsStream").forEach(body -> body.texts().stream()
                .filter(text -> text.endsWith(".properties"))
                .map(file -> body.owner().replaceFirst("[^.]*$", "").replace('.', '/') + file)
                .forEach(needs.resources::add));
        needs.addServices(resources.resolve("META-INF/services"));
        needs.addNativeAccess();
        return needs;
    }

    private void addServices(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                resources.add("META-INF/services/" + file.getFileName());
                Files.readAllLines(file).stream().map(Needs::load).forEach(this::addConstructor);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addNativeAccess() {
        for (String system : List.of("linux", "linux.aarch64")) {
            Class<?> constant = load("jnr.constants.Constant");
            String names = "jnr.constants.platform." + system;
            classesBelow(names, constant).stream()
                    .filter(constant::isAssignableFrom)
                    .filter(type -> type.getPackageName().equals(names))
                    .forEach(types::add);
        }
        for (String architecture : ARCHITECTURES) {
            String library = "jni/" + architecture + "-Linux/libjffi-1.2.so";
            resources.add(library);
            THROWN.matcher(text(library))
                    .results()
                    .map(found -> found.group().replace('/', '.'))
                    .forEach(thrown::add);
        }
        addFields(load("com.kenai.jffi.Version"));
        for (Method method : load("com.kenai.jffi.internal.StubLoader").getDeclaredMethods()) {
            members.add(method);
        }
        addPublicMethods(load("sun.misc.Unsafe"));
    }

    private static String text(String resource) {
        try (InputStream in = Needs.class.getClassLoader().getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addConstructor(Class<?> type) {
        try {
            members.add(type.getDeclaredConstructor());
        } catch (NoSuchMethodException e) {
            throw new AssertionError(type + " has no constructor without arguments, so nobody can make it", e);
        }
    }

    private void addPublicMethods(Class<?> type) {
        types.add(type);
        Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .forEach(members::add);
    }

    private void addFields(Class<?> type) {
        Stream.of(type.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()))
                .forEach(fields::add);
    }

    /** Those in the jar that a class is from; a class whose own dependencies are not here is nobody's. */
    private static List<Class<?>> classesBelow(String packageName, Class<?> inJar) {
        URI jar =
                URI.create("jar:" + inJar.getProtectionDomain().getCodeSource().getLocation());
        List<Class<?>> found = new ArrayList<>();
        try (FileSystem files = FileSystems.newFileSystem(jar, Map.of());
                Stream<Path> paths = Files.walk(files.getPath("/" + packageName.replace('.', '/')))) {
            paths.map(Path::toString)
                    .filter(path -> path.endsWith(".class") && !path.endsWith("-info.class"))
                    .sorted()
                    .map(path ->
                            path.substring(1, path.length() - ".class".length()).replace('/', '.'))
                    .forEach(name -> found.add(load(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Needs.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError("there is no class " + name, e);
        }
    }

    /** What of all that is not listed, one sentence each. */
    List<String> missingIn(Metadata metadata) {
        TreeSet<String> missing = new TreeSet<>();
        List<String> listed = metadata.types().toList();
        List<String> included = metadata.resources().toList();
        types.stream()
                .map(Class::getName)
                .filter(type -> !listed.contains(type))
                .forEach(missing::add);
        members.stream()
                .filter(member -> !metadata.has(member))
                .map(member -> member.getDeclaringClass().getName() + "#"
                        + (member instanceof Constructor ? "<init>" : member.getName()))
                .forEach(missing::add);
        fields.stream()
                .filter(field -> !metadata.has(field))
                .map(field -> field.getDeclaringClass().getName() + "#" + field.getName())
                .forEach(missing::add);
        thrown.stream()
                .filter(type -> !metadata.isMadeByNativeCode(type))
                .map(type -> "thrown " + type)
                .forEach(missing::add);
        resources.stream()
                .filter(resource -> !included.contains(resource))
                .map(resource -> "resource " + resource)
                .forEach(missing::add);
        return List.copyOf(missing);
    }
}
