package dev.prefork.os;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This JDK with the tests' class path, for tests that start a main class through {@link TestChild}. */
public final class TestJvm {
    private TestJvm() {}

    public static List<String> command(String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                // A file with the pid in its name, which a JVM that becomes another program leaves behind.
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        return command;
    }
}
