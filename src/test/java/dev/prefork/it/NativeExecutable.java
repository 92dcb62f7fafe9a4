package dev.prefork.it;

import java.nio.file.Files;
import java.nio.file.Path;

/** The native executable that {@code -Dprefork.native=PATH} names. */
public final class NativeExecutable {
    private static final String GIVEN = System.getProperty("prefork.native", "");

    private NativeExecutable() {}

    /** Whether black-box tests are to run one. */
    public static boolean isGiven() {
        return !GIVEN.isBlank();
    }

    /** Its path; skips the test, visibly, when none was given, and fails when it is not there. */
    public static Path path() {
        Tools.assume(isGiven(), "no native executable was given (-Dprefork.native=PATH, or -Dnative to build one)");
        Path executable = Path.of(GIVEN).toAbsolutePath();
        if (!Files.isExecutable(executable) || Files.isDirectory(executable)) {
            throw new AssertionError(executable + " is no program that can be run: correct -Dprefork.native");
        }
        return executable;
    }
}
