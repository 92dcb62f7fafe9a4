package dev.prefork.bootcache;

import dev.prefork.container.JavaArguments;
import dev.prefork.master.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The JVM that workers run on: what decides whether an archive fits it. Immutable; any thread.
 *
 * @param executable the file, without links
 * @param options those that tune it, from the command line
 * @param arguments of the whole command
 * @param environment the worker's
 */
record WorkerJava(Path executable, List<String> options, JavaArguments arguments, Map<String, String> environment) {
    /** Their user decides on archives. */
    private static final Pattern ARCHIVES =
            Pattern.compile("-Xshare:.*|-XX:[+-]?(Shared\\w*|ArchiveClassesAtExit|DumpLoadedClassList|AOT\\w*"
                    + "|AutoCreateSharedArchive|RecordDynamicDumpInfo|RequireSharedSpaces|UseSharedSpaces)(=.*)?");

    /** An agent may change classes while they are loaded, and runs in the process that makes the archive as well. */
    private static final Pattern AGENTS = Pattern.compile("-(javaagent|agentlib|agentpath):.*|-Xrun.*|-Xdebug");

    private static final Pattern FILES = Pattern.compile("@.+|-XX:(Flags|VMOptionsFile)=.*");

    private static final int LEAST = 17;
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d{1,4})\\b.*");
    private static final Pattern JAR = Pattern.compile(".+\\.(jar|JAR)");
    private static final Pattern OURS = Pattern.compile("(dev\\.prefork\\.)?prefork-.*\\.jar");

    static WorkerJava of(Program program, Map<String, String> environment) throws UnusableException {
        JavaArguments arguments = JavaArguments.of(program.arguments());
        try {
            return new WorkerJava(
                    Path.of(program.executable()).toRealPath(), arguments.tuning(), arguments, environment);
        } catch (IOException e) {
            throw new UnusableException(program.executable() + " cannot be found");
        }
    }

    /** Refuses what is another's decision, or would not work. */
    void requireUsable() throws UnusableException {
        requireHotSpot();
        List<String> all = allOptions();
        refuse(all, ARCHIVES, "the JVM options name an archive or share no classes");
        refuse(all, AGENTS, "an agent may change classes");
        refuse(all, FILES, "JVM options are in files, which may name an archive");
        if (arguments.classPath().isEmpty()) {
            throw new UnusableException("the command names neither -jar nor a class path");
        }
        // A JVM makes no archive then: a file in it might hide a class of the archive.
        Optional<Path> directory =
                entries().stream().filter(file -> !entries(file).isEmpty()).findFirst();
        if (directory.isPresent()) {
            throw new UnusableException("the class path names a directory that is not empty (" + directory.get() + ")");
        }
    }

    /** An older JVM would not even start with the options, and one of another kind has other archives. */
    private void requireHotSpot() throws UnusableException {
        Path home = executable.getParent().getParent();
        if (home == null || Files.exists(home.resolve(Path.of("lib", "j9vm")))) {
            throw new UnusableException(executable + " is not a HotSpot JVM");
        }
        if (version() < LEAST) {
            throw new UnusableException(executable + " is older than Java " + LEAST);
        }
    }

    /** Such as 17; zero for one that is not a number. */
    private int version() throws UnusableException {
        // It says: JAVA_VERSION="17.0.15".
        Path release = executable.getParent().resolveSibling("release");
        try (Stream<String> lines = Files.lines(release)) {
            return lines.map(VERSION::matcher)
                    .filter(Matcher::matches)
                    .mapToInt(line -> Integer.parseInt(line.group(1)))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            throw new UnusableException(
                    "the version of " + executable + " is not known: " + release + " cannot be read");
        }
    }

    /** Those of the command line and of the variables. */
    private List<String> allOptions() {
        List<String> all = new ArrayList<>(arguments.options());
        JvmVariables.NAMES.forEach(variable -> all.addAll(JvmVariables.words(environment, variable)));
        return all;
    }

    private boolean isLinked() throws UnusableException {
        return ClassLinking.suits(version(), allOptions());
    }

    private static void refuse(List<String> options, Pattern pattern, String reason) throws UnusableException {
        Optional<String> found = options.stream()
                .filter(option -> pattern.matcher(option).matches())
                .findFirst();
        if (found.isPresent()) {
            throw new UnusableException(reason + " (" + found.get() + ")");
        }
    }

    /** Whether Prefork is among the libraries of what runs. */
    boolean hasPrefork() {
        return classPath().stream().anyMatch(file -> OURS.matcher(name(file)).matches())
                || arguments.jar().map(jar -> inLibraries(Path.of(jar))).orElse(false);
    }

    /** Quarkus' fast-jar has its own class loader, and no class path. */
    private static boolean inLibraries(Path jar) {
        return entries(jar.toAbsolutePath().resolveSibling(Path.of("lib", "main"))).stream()
                .anyMatch(file -> OURS.matcher(name(file)).matches());
    }

    private static String name(Path file) {
        return file.getFileName() == null ? "" : file.getFileName().toString();
    }

    /** The archive that was made with the image, if there is one beside the jar. */
    Optional<Archive> ofImage() {
        return arguments
                .jar()
                .map(jar -> Path.of(jar).toAbsolutePath().resolveSibling("classes.jsa"))
                .flatMap(file -> {
                    try {
                        return Optional.of(new Archive(file, Files.size(file), false));
                    } catch (IOException e) {
                        return Optional.empty();
                    }
                });
    }

    /**
     * The same for all workers that can use one archive: the JDK's build, the options, and the files of the class path with their times.
     * Of the application's own, which may be of the same size and, in a reproducible build, of the same time, the content counts.
     */
    String key() throws UnusableException {
        StringBuilder text = new StringBuilder();
        try {
            Path home = executable.getParent().resolveSibling("lib");
            append(text, executable);
            append(text, home.resolve("server").resolve("libjvm.so"));
            append(text, home.resolve("modules"));
            text.append(isLinked() ? "linked\n" : "").append(optionText());
            // A JVM compares it as it was written.
            text.append(arguments.classPath().orElse("")).append('\n');
            for (Path file : classPath()) {
                append(text, file);
                if (!file.getParent().endsWith(Path.of("lib", "main"))) {
                    text.append(Sums.of(file)).append('\n');
                }
            }
        } catch (IOException e) {
            throw new UnusableException("a file of the class path cannot be read: " + e.getMessage());
        }
        return Sums.of(text.toString());
    }

    /** The options that shape an archive. */
    String optionText() {
        StringBuilder text = new StringBuilder();
        options.stream()
                .filter(option -> !MakerOptions.SIZES.matcher(option).matches())
                .forEach(option -> text.append(option).append('\n'));
        for (String variable : JvmVariables.NAMES) {
            JvmVariables.words(environment, variable).stream()
                    .filter(word -> !MakerOptions.SIZES.matcher(word).matches())
                    .forEach(word -> text.append(word).append(' '));
            text.append('\n');
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Path file) throws IOException {
        if (Files.exists(file)) {
            text.append(file)
                    .append(' ')
                    .append(Files.size(file))
                    .append(' ')
                    .append(Files.getLastModifiedTime(file).toMillis())
                    .append('\n');
        }
    }

    /** The jars, with those that a jar's manifest names. */
    List<Path> classPath() {
        List<Path> files = new ArrayList<>();
        for (Path file : entries()) {
            if (Files.isRegularFile(file)) {
                files.add(file);
                files.addAll(named(file));
            }
        }
        return files;
    }

    /** What the class path names, there or not, with * at the end of a name expanded; see java(1), "-cp". */
    private List<Path> entries() {
        List<Path> files = new ArrayList<>();
        for (String entry : arguments.classPath().orElse("").split(":")) {
            try {
                if (entry.equals("*") || entry.endsWith("/*")) {
                    entries(Path.of(entry.substring(0, entry.length() - 1)).toAbsolutePath()).stream()
                            .filter(file -> JAR.matcher(name(file)).matches())
                            .sorted()
                            .forEach(files::add);
                } else {
                    files.add(Path.of(entry).toAbsolutePath());
                }
            } catch (InvalidPathException e) {
                // A JVM ignores what it does not find.
                continue;
            }
        }
        return files;
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static List<Path> named(Path jar) {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            Manifest manifest = file.getManifest();
            String names =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return names == null
                    ? List.of()
                    : Stream.of(names.strip().split("\\s+"))
                            .map(jar::resolveSibling)
                            .filter(Files::isRegularFile)
                            .toList();
        } catch (IOException | InvalidPathException e) {
            return List.of();
        }
    }

    /** The environment of {@link #dumpCommand}, which has the options of the variables. */
    Map<String, String> dumpEnvironment() {
        Map<String, String> rest = new HashMap<>(environment);
        JvmVariables.NAMES.forEach(rest::remove);
        return rest;
    }

    /** The command that makes an archive of a list of classes; it loads them, and runs nothing of the application. */
    List<String> dumpCommand(Path names, Path archive) throws UnusableException {
        List<String> command = new ArrayList<>(List.of(arguments.program()));
        command.addAll(MakerOptions.of(options, environment));
        if (isLinked()) {
            command.add(ClassLinking.OPTION);
        }
        // Some classes, such as proxies, cannot be archived, and each would be a warning.
        command.addAll(List.of(
                "-Xshare:dump",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "-XX:SharedClassListFile=" + names,
                "-XX:SharedArchiveFile=" + archive,
                "-cp",
                arguments.classPath().orElse("")));
        return command;
    }
}
