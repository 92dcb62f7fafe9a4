package dev.prefork.architecture;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which room stands on which floor, and what that forbids. Pure: dependencies in, sentences about offenders out. */
final class Floors {
    /** A package of Prefork, and with it all packages below it, uses only rooms on lower floors. */
    private static final Map<String, Integer> FLOOR_OF = Map.ofEntries(
            Map.entry("os", 1),
            Map.entry("container", 1),
            Map.entry("exposition", 1),
            Map.entry("http", 1),
            Map.entry("log", 2),
            Map.entry("json", 1),
            Map.entry("procfs", 2),
            Map.entry("handoff", 2),
            Map.entry("output", 3),
            Map.entry("supervise", 2),
            Map.entry("notify", 3),
            Map.entry("board", 3),
            Map.entry("shim", 3),
            Map.entry("listen", 3),
            Map.entry("warmup", 2),
            Map.entry("probe", 4),
            Map.entry("master", 5),
            Map.entry("bootcache", 6),
            Map.entry("metrics", 6),
            Map.entry("config", 7),
            Map.entry("explain", 8),
            Map.entry("status", 8),
            Map.entry("app", 9),
            Map.entry("control", 6),
            Map.entry("quarkus", 10),
            Map.entry("demo", 10),
            Map.entry("library", 11),
            Map.entry("cli", 11),
            Map.entry("", 12));

    private static final List<String> FRAMEWORKS = List.of("io.quarkus.", "jakarta.", "io.vertx.", "io.netty.");

    /** The edges: the configuration is read as Quarkus reads it, and the command line decides whether Quarkus starts. */
    private static final Set<String> FRAMEWORK_ROOMS = Set.of("quarkus", "demo", "config", "cli");

    /** The JDK reaps what these start, and would take exit statuses from the master's own waitpid (JDK-8377907). */
    private static final Set<String> RIVAL_SPAWNERS = Set.of("java.lang.ProcessBuilder", "java.lang.Process");

    private static final List<String> SYSTEM_CALLS = List.of("jnr.", "com.kenai.jffi.");

    /** The one name of them that everybody may say: {@code ErrnoException} speaks it. */
    private static final String ERRNO = "jnr.constants.platform.Errno";

    private Floors() {}

    static List<String> violations(Collection<Dependency> dependencies) {
        return Stream.of(
                        unknownRooms(dependencies),
                        upward(dependencies),
                        frameworks(dependencies),
                        rivalSpawners(dependencies),
                        systemCalls(dependencies),
                        pairs(dependencies),
                        cycles(dependencies))
                .flatMap(found -> found)
                .distinct()
                .sorted()
                .toList();
    }

    private static Stream<String> unknownRooms(Collection<Dependency> dependencies) {
        return dependencies.stream()
                .map(Dependency::fromPackage)
                .filter(used -> !FLOOR_OF.containsKey(Dependency.roomOf(used)))
                .map(used -> "package " + used + " has no floor: give it one in Floors");
    }

    private static Stream<String> upward(Collection<Dependency> dependencies) {
        return dependencies.stream()
                .filter(Dependency::staysInside)
                .filter(d -> {
                    String from = Dependency.roomOf(d.fromPackage());
                    String to = Dependency.roomOf(d.toPackage());
                    return !from.equals(to) && floor(to) >= floor(from);
                })
                .map(d -> d.from() + " must not know " + d.to() + ": it is not on a lower floor");
    }

    private static Stream<String> frameworks(Collection<Dependency> dependencies) {
        return dependencies.stream()
                .filter(d -> !FRAMEWORK_ROOMS.contains(Dependency.roomOf(d.fromPackage())))
                .filter(d -> FRAMEWORKS.stream().anyMatch(d.to()::startsWith))
                .map(d -> d.from() + " must not know " + d.to() + ": frameworks stay at the edges");
    }

    /** Classes of different packages that know each other are one thing in two places. */
    private static Stream<String> pairs(Collection<Dependency> dependencies) {
        Set<Dependency> all = new HashSet<>();
        dependencies.stream()
                .filter(d -> d.staysInside() && !d.fromPackage().equals(d.toPackage()))
                .forEach(d -> all.add(new Dependency(d.fromOuter(), d.toOuter())));
        return all.stream()
                .filter(d -> d.from().compareTo(d.to()) < 0 && all.contains(new Dependency(d.to(), d.from())))
                .map(d -> d.from() + " and " + d.to() + " know each other: one direction is enough");
    }

    private static Stream<String> rivalSpawners(Collection<Dependency> dependencies) {
        return dependencies.stream()
                .filter(d -> RIVAL_SPAWNERS.contains(d.to()))
                .map(d -> d.from() + " must not use " + d.to() + ": the JDK's reaper and the master's would rival");
    }

    private static Stream<String> systemCalls(Collection<Dependency> dependencies) {
        return dependencies.stream()
                .filter(d -> SYSTEM_CALLS.stream().anyMatch(d.to()::startsWith))
                .filter(d -> !d.to().equals(ERRNO))
                .filter(d -> !Dependency.roomOf(d.fromPackage()).equals("os"))
                .map(d -> d.from() + " must not know " + d.to() + ": system calls are made in os alone");
    }

    /** Takes away every package that uses none of the rest, until none is left, or only packages that use each other. */
    private static Stream<String> cycles(Collection<Dependency> dependencies) {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (Dependency d : dependencies) {
            if (d.staysInside() && !d.fromPackage().equals(d.toPackage())) {
                uses.computeIfAbsent(d.fromPackage(), name -> new TreeSet<>()).add(d.toPackage());
            }
        }
        boolean changed = true;
        while (changed) {
            uses.values().forEach(used -> used.retainAll(uses.keySet()));
            changed = uses.values().removeIf(Set::isEmpty);
        }
        return uses.isEmpty() ? Stream.empty() : Stream.of("packages in a circle: " + circle(uses));
    }

    private static String circle(Map<String, Set<String>> uses) {
        List<String> walk = new ArrayList<>();
        String here = uses.keySet().iterator().next();
        while (!walk.contains(here)) {
            walk.add(here);
            here = uses.get(here).iterator().next();
        }
        walk.add(here);
        return walk.subList(walk.indexOf(here), walk.size()).stream().collect(Collectors.joining(" -> "));
    }

    /** A room without a floor is reported once, as such, and else treated as the top. */
    private static int floor(String room) {
        return FLOOR_OF.getOrDefault(room, Integer.MAX_VALUE);
    }
}
