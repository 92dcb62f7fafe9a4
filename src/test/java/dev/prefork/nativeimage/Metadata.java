package dev.prefork.nativeimage;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A {@code reachability-metadata.json}: what code that is compiled ahead of time may look up by its name. */
record Metadata(JsonObject json) {
    static final Path DIRECTORY = Path.of("src/main/resources/META-INF/native-image/dev.prefork/prefork");

    /** Ours, read anew: whoever gets it may change it. */
    static Metadata ours() {
        try {
            return new Metadata(new JsonObject(Files.readString(DIRECTORY.resolve("reachability-metadata.json"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Stream<JsonObject> entries() {
        return json.getJsonArray("reflection").stream().map(JsonObject.class::cast);
    }

    Stream<String> resources() {
        return json.getJsonArray("resources").stream().map(glob -> ((JsonObject) glob).getString("glob"));
    }

    /** The types that are listed by their name. */
    Stream<String> types() {
        return entries()
                .map(entry -> entry.getValue("type"))
                .flatMap(type -> type instanceof String name ? Stream.of(name) : Stream.empty());
    }

    /** The interfaces of each class that is made for them at run time. */
    Stream<List<String>> proxies() {
        return entries()
                .map(entry -> entry.getValue("type"))
                .flatMap(type -> type instanceof JsonObject made
                        ? Stream.of(strings(made.getJsonArray("proxy")))
                        : Stream.empty());
    }

    Optional<JsonObject> entry(String type) {
        return entries().filter(entry -> type.equals(entry.getValue("type"))).findFirst();
    }

    boolean has(Executable member) {
        String kind = member instanceof Constructor ? "Constructors" : "Methods";
        String name = member instanceof Constructor ? "<init>" : member.getName();
        List<String> parameters =
                Stream.of(member.getParameterTypes()).map(Class::getTypeName).toList();
        return entry(member.getDeclaringClass().getName())
                .filter(entry -> hasAll(entry, kind, member.getModifiers())
                        || members(entry, "methods")
                                .anyMatch(listed -> name.equals(listed.getString("name"))
                                        && parameters.equals(strings(listed.getJsonArray("parameterTypes")))))
                .isPresent();
    }

    /** With a constructor that takes a message, by JNI. */
    boolean isMadeByNativeCode(String exception) {
        return entry(exception)
                .filter(entry -> entry.getBoolean("jniAccessible", false))
                .filter(entry -> members(entry, "methods")
                        .anyMatch(listed -> listed.getString("name").equals("<init>")
                                && strings(listed.getJsonArray("parameterTypes"))
                                        .equals(List.of("java.lang.String"))))
                .isPresent();
    }

    boolean has(Field field) {
        return entry(field.getDeclaringClass().getName())
                .filter(entry -> hasAll(entry, "Fields", field.getModifiers())
                        || members(entry, "fields")
                                .anyMatch(listed -> field.getName().equals(listed.getString("name"))))
                .isPresent();
    }

    /** The members that the entry lists one by one, but for those that the class has: names out of date. */
    static Stream<String> unknownMembers(JsonObject entry, Class<?> type) {
        Stream<String> methods = members(entry, "methods")
                .filter(listed -> Stream.of(type.getDeclaredConstructors(), type.getDeclaredMethods())
                        .flatMap(Stream::of)
                        .noneMatch(member -> isListedAs(member, listed)))
                .map(listed -> listed.getString("name"));
        Stream<String> fields = members(entry, "fields")
                .map(listed -> listed.getString("name"))
                .filter(name -> Stream.of(type.getDeclaredFields())
                        .noneMatch(field -> field.getName().equals(name)));
        return Stream.concat(methods, fields);
    }

    private static boolean isListedAs(Executable member, JsonObject listed) {
        String name = member instanceof Method ? member.getName() : "<init>";
        return name.equals(listed.getString("name"))
                && Stream.of(member.getParameterTypes())
                        .map(Class::getTypeName)
                        .toList()
                        .equals(strings(listed.getJsonArray("parameterTypes")));
    }

    private static boolean hasAll(JsonObject entry, String kind, int modifiers) {
        return entry.getBoolean("allDeclared" + kind, false)
                || Modifier.isPublic(modifiers) && entry.getBoolean("allPublic" + kind, false);
    }

    private static Stream<JsonObject> members(JsonObject entry, String key) {
        return entry.getJsonArray(key, new JsonArray()).stream().map(JsonObject.class::cast);
    }

    private static List<String> strings(JsonArray array) {
        return array.stream().map(String.class::cast).toList();
    }
}
