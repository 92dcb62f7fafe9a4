package dev.prefork.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * JVM options with which the packaged jar starts in half of the CPU time: the first compiler alone, and an archive of the
 * classes that a master has loaded, which is made once for each JDK and each build of the jar, and kept below target/. Built-in
 * workers are given the same, so that none has a boot cache unless its test asks for one. A JVM that cannot use the archive starts without.
 *
 * <p>{@code -Dprefork.options="-Xshare:off -XX:TieredStopAtLevel=4"} takes all of it back. Any thread.
 */
public final class QuickStart {
    /** For a JVM whose jar is elsewhere, so that the archive is none for it. */
    public static final String COMPILER = "-XX:TieredStopAtLevel=1";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Map<Jdk, List<String>> OPTIONS = new ConcurrentHashMap<>();

    private QuickStart() {}

    /** The options for this JDK; the archive is made where it is missing. */
    public static List<String> options(Jdk jdk) {
        return OPTIONS.computeIfAbsent(jdk, QuickStart::prepare);
    }

    /** What a master is told so that its built-in workers start as quickly; nothing where there are none. */
    static List<String> forWorkers(Jdk jdk, String... arguments) {
        List<String> words = List.of(arguments);
        boolean runs =
                words.isEmpty() || words.get(0).equals("run") || words.get(0).startsWith("--");
        return NativeExecutable.isGiven() || !runs || words.contains("--")
                ? List.of()
                : List.of("-Dprefork.worker-java-options=" + String.join(" ", options(jdk)));
    }

    private static List<String> prepare(Jdk jdk) {
        Path jar = PackagedJar.built();
        try {
            Path directory = Files.createDirectories(jar.getParent().resolveSibling("class-archives"));
            Path archive = directory.resolve("jdk-" + jdk.major() + "-" + print(jdk, jar.getParent()) + ".jsa");
            // Another JVM may run tests beside this one.
            try (FileChannel channel = FileChannel.open(
                            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !Files.exists(archive)) {
                    make(jdk, jar, archive);
                }
            }
            if (Files.exists(archive)) {
                return List.of(COMPILER, "-XX:SharedArchiveFile=" + archive);
            }
            System.err.println("NOTE: " + jdk + " makes no class-data archive here, so black-box tests take longer");
            return List.of(COMPILER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A number that is another one after each build, and for each JDK. */
    private static String print(Jdk jdk, Path application) throws IOException {
        StringBuilder all = new StringBuilder(jdk.home().toString());
        try (Stream<Path> files = Files.walk(application)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                all.append(file).append(Files.size(file)).append(Files.getLastModifiedTime(file));
            }
        }
        return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static void make(Jdk jdk, Path jar, Path archive) throws IOException {
        Path unfinished = archive.resolveSibling(archive.getFileName() + ".unfinished");
        List<String> command = new ArrayList<>(List.of(
                jdk.java().toString(),
                COMPILER,
                "-XX:ArchiveClassesAtExit=" + unfinished,
                // Some classes cannot be archived, such as proxies; each would be a warning.
                "-Xlog:disable",
                "-Dquarkus.management.port=0"));
        command.addAll(
                List.of("-jar", jar.toString(), "--workers", "1", "--listen", "127.0.0.1:0", "--ready", "delay=1s"));
        command.addAll(List.of("--", "sleep", "600"));
        Processes processes = new Processes();
        try (RunningProcess master =
                processes.command(command.toArray(String[]::new)).start()) {
            // Its last line about the start. What tests ask for most is in the archive too.
            String line = master.awaitLine("management interface on port \\d+", PATIENCE)
                    .text();
            int port = Integer.parseInt(line.replaceFirst(".* on port (\\d+).*", "$1"));
            Http.get(port, "/q/health/ready");
            Http.get(port, "/q/metrics");
            master.signal("TERM");
            if (master.awaitExit(PATIENCE) != 0) {
                throw new AssertionError(master.dump());
            }
        }
        if (Files.exists(unfinished)) {
            Files.move(unfinished, archive);
        }
    }
}
