package dev.prefork.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the package that users call may show. Pure: classes in, sentences about offenders out.
 *
 * @param name the package's name
 * @param failure what all of its exceptions extend
 */
record Api(String name, Class<?> failure) {
    private static final List<String> OTHERS = List.of("java.", "javax.net.ssl.");

    private static final Pattern THROWS = Pattern.compile("\\* +@throws +([\\w.]+)");

    /** The classes of the package, nested ones included, that were compiled below a directory. */
    List<Class<?>> classesBelow(Path classes) {
        try (Stream<Path> files = Files.list(classes.resolve(name.replace('.', '/')))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.equals("package-info.class"))
                    .<Class<?>>map(file -> load(name + "." + file.replaceFirst("\\.class$", "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Api.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError("there is no class " + name, e);
        }
    }

    List<String> violations(Collection<Class<?>> classes) {
        return classes.stream()
                .flatMap(type -> Stream.of(hidden(type), unnamed(type), leaks(type)))
                .flatMap(found -> found)
                .distinct()
                .sorted()
                .toList();
    }

    private Stream<String> hidden(Class<?> type) {
        return type.getEnclosingClass() == null && !Modifier.isPublic(type.getModifiers())
                ? Stream.of(type.getName() + " is not public: machinery belongs into another package")
                : Stream.empty();
    }

    private Stream<String> unnamed(Class<?> type) {
        return Throwable.class.isAssignableFrom(type) && !failure.isAssignableFrom(type)
                ? Stream.of(type.getName() + " does not extend " + failure.getSimpleName())
                : Stream.empty();
    }

    private Stream<String> leaks(Class<?> type) {
        if (!isVisible(type)) {
            return Stream.empty();
        }
        Stream<Type> header =
                Stream.concat(Stream.of(type.getGenericInterfaces()), Stream.ofNullable(type.getGenericSuperclass()));
        Stream<String> members = Stream.of(
                        type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
                .flatMap(Stream::of)
                .map(Member.class::cast)
                .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
                .flatMap(member -> foreign(label(type, member), signature(member)));
        return Stream.concat(foreign(type.getName(), header), members);
    }

    private static String label(Class<?> type, Member member) {
        return type.getName() + "#" + (member instanceof Constructor ? "<init>" : member.getName());
    }

    private static boolean isVisible(Class<?> type) {
        return isVisible(type.getModifiers())
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static Stream<Type> signature(Member member) {
        if (member instanceof Field field) {
            return Stream.of(field.getGenericType());
        }
        Executable called = (Executable) member;
        return Stream.of(
                        Stream.of(called.getGenericParameterTypes()),
                        Stream.of(called.getGenericExceptionTypes()),
                        Stream.of(called.getTypeParameters()).flatMap(variable -> Stream.of(variable.getBounds())),
                        Stream.of(called.getAnnotatedReturnType().getType()))
                .flatMap(types -> types);
    }

    private Stream<String> foreign(String user, Stream<? extends Type> types) {
        return types.flatMap(Api::named)
                .filter(used -> !used.isPrimitive() && !used.getPackageName().equals(name))
                .map(Class::getName)
                .filter(used -> OTHERS.stream().noneMatch(used::startsWith))
                .map(used -> user + " shows " + used + ", which is not part of the API");
    }

    /** All classes that a type names. */
    private static Stream<Class<?>> named(Type type) {
        if (type instanceof Class<?> one) {
            return one.isArray() ? named(one.getComponentType()) : Stream.of(one);
        }
        if (type instanceof ParameterizedType parameterized) {
            return Stream.concat(
                            Stream.of(parameterized.getRawType()), Stream.of(parameterized.getActualTypeArguments()))
                    .flatMap(Api::named);
        }
        if (type instanceof GenericArrayType array) {
            return named(array.getGenericComponentType());
        }
        if (type instanceof WildcardType wildcard) {
            return Stream.of(wildcard.getUpperBounds(), wildcard.getLowerBounds())
                    .flatMap(Stream::of)
                    .flatMap(Api::named);
        }
        // A variable; its bounds stand where it is declared.
        return Stream.empty();
    }

    /** What {@code @throws} names in the comments of a source file, and users cannot. */
    Stream<String> undocumentable(TextFile source) {
        return source.lines().stream()
                .map(THROWS::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .filter(thrown -> !isKnown(name + "." + thrown) && !isKnown("java.lang." + thrown))
                .map(thrown -> source.path() + " has @throws " + thrown + ", which is not part of the API");
    }

    private static boolean isKnown(String name) {
        try {
            Class.forName(name, false, Api.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
