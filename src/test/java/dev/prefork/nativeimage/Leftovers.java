package dev.prefork.nativeimage;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Names in the metadata that nothing has any more: of what was renamed, most likely, and is missing under its new name. */
final class Leftovers {
    /** Where an application has one; we must not. */
    private static final Set<String> OF_THE_APPLICATION = Set.of("application.properties");

    private Leftovers() {}

    static List<String> in(Metadata metadata) {
        List<String> found = new ArrayList<>();
        metadata.entries()
                .filter(entry -> entry.getValue("type") instanceof String)
                .forEach(entry -> unknown(entry).forEach(found::add));
        metadata.proxies().flatMap(List::stream).filter(name -> !exists(name)).forEach(found::add);
        metadata.resources()
                .filter(name -> !OF_THE_APPLICATION.contains(name))
                .filter(name -> Leftovers.class.getClassLoader().getResource(name) == null)
                .forEach(found::add);
        return found;
    }

    private static Stream<String> unknown(JsonObject entry) {
        String name = entry.getString("type");
        return exists(name)
                ? Metadata.unknownMembers(entry, Needs.load(name)).map(member -> name + "#" + member)
                : Stream.of(name);
    }

    private static boolean exists(String name) {
        try {
            Class.forName(name, false, Leftovers.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
