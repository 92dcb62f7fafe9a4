package dev.prefork.it;

import dev.prefork.Ring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Java installations that black-box tests run on: the one that runs the tests, or, with {@code -Pfull}, one for each
 * supported version that this machine has.
 *
 * <p>{@code PREFORK_TEST_JAVA_HOMES}, a colon list, names them; otherwise {@code -Pfull} looks at the JVM that runs the tests
 * and at those under {@code /usr/lib/jvm}. Use {@code @MethodSource("dev.prefork.it.Jdks#all")}.
 */
public final class Jdks {
    static final Set<Integer> SUPPORTED = new TreeSet<>(Set.of(17, 25));

    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final List<Jdk> ALL = choose();

    private Jdks() {}

    /** The installations to test on, the oldest first; never empty. */
    public static List<Jdk> all() {
        return ALL;
    }

    /** The installation that runs this test, for tests to which the version does not matter. */
    public static Jdk running() {
        return new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
    }

    /** The newest of them, for what is made for that one, as images are. */
    public static Jdk newest() {
        return ALL.get(ALL.size() - 1);
    }

    private static List<Jdk> choose() {
        if (NativeExecutable.isGiven()) {
            // It is run once, whatever JDKs there are.
            return List.of(running());
        }
        String named =
                Optional.ofNullable(System.getenv("PREFORK_TEST_JAVA_HOMES")).orElse("");
        if (named.isBlank() && !Ring.isFull()) {
            return List.of(running());
        }
        List<Jdk> chosen = choose(named, running(), INSTALLED);
        Set<Integer> missing = new TreeSet<>(SUPPORTED);
        chosen.forEach(jdk -> missing.remove(jdk.major()));
        if (!missing.isEmpty()) {
            System.err.println("NOTE: no JDK " + missing + " here, so black-box tests run on " + chosen
                    + " only; name more homes in PREFORK_TEST_JAVA_HOMES");
        }
        return chosen;
    }

    static List<Jdk> choose(String named, Jdk running, Path installed) {
        List<Jdk> candidates = new ArrayList<>();
        if (named.isBlank()) {
            candidates.add(running);
            candidates.addAll(under(installed));
        } else {
            Pattern.compile(":")
                    .splitAsStream(named)
                    .map(home -> Jdk.at(Path.of(home))
                            .orElseThrow(() -> new AssertionError(
                                    "PREFORK_TEST_JAVA_HOMES names " + home + ", which is no JDK's home")))
                    .forEach(candidates::add);
        }
        TreeMap<Integer, Jdk> byMajor = new TreeMap<>();
        candidates.stream()
                .filter(jdk -> SUPPORTED.contains(jdk.major()))
                .forEach(jdk -> byMajor.putIfAbsent(jdk.major(), jdk));
        return byMajor.isEmpty() ? List.of(candidates.get(0)) : List.copyOf(byMajor.values());
    }

    private static List<Jdk> under(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> homes = Files.list(directory)) {
            return homes.sorted().flatMap(home -> Jdk.at(home).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
