package dev.prefork.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What {@code mvn package} built: the jar that users run. Where {@code -Dprefork.native=PATH} names a native executable, as
 * {@code -Dnative} does, black-box tests run that one instead. {@code -Dprefork.options} adds options of the JVM to each run.
 */
public final class PackagedJar {
    private static final List<String> OPTIONS = Pattern.compile(" +")
            .splitAsStream(System.getProperty("prefork.options", ""))
            .filter(option -> !option.isEmpty())
            .toList();

    private PackagedJar() {}

    /** The runnable jar; fails with the remedy when it has not been built, and skips the test where there is an executable. */
    public static Path path() {
        Tools.assume(!NativeExecutable.isGiven(), "a native executable is tested, which has no jar");
        return built();
    }

    /** The same for tests that run the jar whatever else is tested. */
    static Path built() {
        Path jar = Path.of(System.getProperty("prefork.jar", "target/quarkus-app/quarkus-run.jar"))
                .toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new AssertionError(jar + " does not exist, so there is nothing to test: run mvn package first");
        }
        return jar;
    }

    /**
     * The command that runs Prefork, to which its arguments are to be added: quickly ({@link QuickStart}), with the
     * management interface on a free port.
     *
     * @param options such as {@code -Dname=value}, which may overrule the port
     */
    public static List<String> command(Jdk jdk, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(
                NativeExecutable.isGiven()
                        ? NativeExecutable.path().toString()
                        : jdk.java().toString());
        if (!NativeExecutable.isGiven()) {
            command.addAll(QuickStart.options(jdk));
        }
        command.add("-Dquarkus.management.port=0");
        command.addAll(OPTIONS);
        command.addAll(options);
        if (!NativeExecutable.isGiven()) {
            command.addAll(List.of("-jar", path().toString()));
        }
        return command;
    }

    /** The same without options. */
    public static List<String> command(Jdk jdk) {
        return command(jdk, List.of());
    }
}
