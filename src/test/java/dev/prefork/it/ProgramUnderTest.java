package dev.prefork.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What black-box tests run, the packaged jar on a JVM or a native executable, and what a test has to know about that: the one place
 * that is asked. A test that does not ask is meant for both.
 */
public final class ProgramUnderTest {
    /** The first line of what a worker writes for SIGQUIT: HotSpot's goes on with the JVM's name, and GraalVM's with a colon. */
    public static final String THREAD_DUMP = "^Full thread dump[ :]";

    private ProgramUnderTest() {}

    /** What is expected of it. */
    public static <T> T expect(T onAJvm, T natively) {
        return NativeExecutable.isGiven() ? natively : onAJvm;
    }

    /** Whether a process is it, by its command line. A script may stand for an executable, and become a JVM. */
    public static boolean isRunBy(List<String> commandLine) {
        String program = commandLine.get(0);
        return program.substring(program.lastIndexOf('/') + 1).equals("java")
                || NativeExecutable.isGiven()
                        && program.equals(NativeExecutable.path().toString());
    }

    /** Skips the test, visibly, where a native executable is tested. */
    public static void requireJvm(String reason) {
        Tools.assume(!NativeExecutable.isGiven(), "a native executable is tested, and " + reason);
    }

    /** Skips the test, visibly, where the native libraries are not next to the program, so that it has to unpack them. */
    public static void requireShippedLibraries() {
        Path program = NativeExecutable.isGiven() ? NativeExecutable.path() : PackagedJar.path();
        Path libraries = program.resolveSibling("native");
        Tools.assume(Files.isDirectory(libraries), "there is no " + libraries);
    }
}
