package dev.prefork.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.cli.Main;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest.Descriptor;
import dev.prefork.os.TestChild;
import dev.prefork.os.TestJvm;
import dev.prefork.os.WaitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shim as a process of its own, on a JVM, which ignores SIGPIPE and blocks SIGQUIT as a native executable might. */
class ShimProcessTest {
    private static final String NO_SIGNALS = "0000000000000000";

    private final Posix posix = Posix.system();

    @TempDir
    Path directory;

    @Test
    void theWorkerHasThePidThatItIsTold() {
        try (TestChild child = shim(order("echo $$ $LISTEN_PID $WATCHDOG_PID"), Map.of())) {
            assertThat(child.readAll()).isEqualTo((child.pid() + " ").repeat(3).strip() + "\n");
            assertThat(child.awaitEnd()).isEqualTo(new WaitStatus.Exited(0));
        }
    }

    @Test
    void argumentsArriveByteForByte() {
        ExecOrder order = order(
                "for word; do printf '%s' \"$word\" | od -An -v -tx1 | tr -d ' \\n'; echo .; done",
                "-Xmx1g", "-XX:+NoSuchOption", "-Dx=y", "two words", "a\nb", "", "ä\udcff\udc80");
        try (TestChild child = shim(order, Map.of())) {
            assertThat(child.readAll())
                    .isEqualTo("2d586d783167.\n2d58583a2b4e6f537563684f7074696f6e.\n2d44783d79.\n"
                            + "74776f20776f726473.\n610a62.\n.\nc3a4ff80.\n");
        }
    }

    @Test
    void theEnvironmentIsTheWorkersAndNothingOfTheOrderIsLeft() {
        Map<String, String> environment =
                Map.of("ODD.NAME", "1", "LATIN", "\udce4", "PREFORK_EXEC_77", "left over", "LISTEN_PID", "1");
        try (TestChild child = shim(order("od -An -v -tx1 < /proc/$$/environ | tr -d ' \\n'"), environment)) {
            assertThat(variables(child.readAll()))
                    .containsExactlyInAnyOrder(
                            "PATH=" + System.getenv("PATH"),
                            "PREFORK_CHILD=1",
                            "ODD.NAME=1",
                            "LATIN=\u00e4",
                            "LISTEN_PID=" + child.pid(),
                            "WATCHDOG_PID=" + child.pid());
        }
    }

    /** What /proc/pid/environ holds; a character for each byte. */
    private static List<String> variables(String hexadecimal) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < hexadecimal.length(); i += 2) {
            text.append((char) Integer.parseInt(hexadecimal.substring(i, i + 2), 16));
        }
        return List.of(text.toString().split("\0"));
    }

    @Test
    void signalsAreAsInAnyWorkerAndDescriptorsAreThoseThatWereMeant() throws IOException {
        int[] pipe = posix.pipe();
        try (TestChild child = shim(
                order("echo here; exec sleep 60"),
                Map.of(),
                new Descriptor(pipe[0], 3),
                new Descriptor(pipe[1], 4),
                new Descriptor(pipe[1], 9))) {
            assertThat(child.readLine()).isEqualTo("here");
            assertThat(child.status("SigBlk")).isEqualTo(NO_SIGNALS);
            assertThat(child.status("SigIgn")).isEqualTo(NO_SIGNALS);
            assertThat(child.descriptors().keySet())
                    .as("9 is a stray that is not close-on-exec")
                    .containsExactly(0, 1, 2, 3, 4);
        } finally {
            posix.close(pipe[0]);
            posix.close(pipe[1]);
        }
    }

    @Test
    void nothingOfAMasterIsLoaded() throws IOException {
        Path log = directory.resolve("classes.log");
        List<String> command = new ArrayList<>(TestJvm.command(Main.class.getName(), Shim.WORD));
        command.add(1, "-Xlog:class+load:file=" + log);
        try (TestChild child = TestChild.start(command, environment(order("true"), Map.of()))) {
            assertThat(child.awaitEnd()).isEqualTo(new WaitStatus.Exited(0));
        }
        try (Stream<String> lines = Files.lines(log)) {
            assertThat(lines.map(line -> line.replaceFirst("^\\[[^]]*](\\[[^]]*])* ", ""))
                            .filter(line -> line.matches("dev\\.prefork\\.(agent|master|listen|supervise|worker)\\..*"
                                    + "|io\\.(vertx|netty|smallrye)\\..*|io\\.quarkus\\.(arc|runtime\\.Quarkus).*")))
                    .isEmpty();
        }
        assertThat(log).content().contains("dev.prefork.shim.ExecOrder ", "dev.prefork.os.LinuxPosix ");
    }

    @Test
    void aProgramThatIsNotThereIs127AndOneLine() {
        assertFails(
                new ExecOrder("/nowhere/app", List.of("app"), List.of("LISTEN_PID"), 3),
                127,
                "prefork: /nowhere/app cannot be executed (No such file or directory), so the worker never"
                        + " starts; check that it exists, and that the interpreter in its first line exists\n");
    }

    @Test
    void aProgramThatMayNotBeExecutedIs126AndOneLine() throws IOException {
        Path garbage = Files.writeString(directory.resolve("garbage"), "no program");
        Files.setPosixFilePermissions(garbage, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertFails(
                new ExecOrder(garbage.toString(), List.of("app"), List.of("LISTEN_PID"), 3),
                126,
                "prefork: " + garbage
                        + " cannot be executed (Exec format error), so the worker never starts;"
                        + " check that this user may execute it and that it is built for this architecture\n");
    }

    private static void assertFails(ExecOrder order, int exitCode, String said) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"));
        command.addAll(TestJvm.command(Main.class.getName(), Shim.WORD));
        try (TestChild child = TestChild.start(command, environment(order, Map.of()))) {
            assertThat(child.readAll()).isEqualTo(said);
            assertThat(child.awaitEnd()).isEqualTo(new WaitStatus.Exited(exitCode));
        }
    }

    @Test
    void theWordIsAnUnknownCommandToEverybodyElse() {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"));
        command.addAll(TestJvm.command(Main.class.getName(), Shim.WORD));
        Map<String, String> environment = environment(order("echo never"), Map.of());
        environment.remove("PREFORK_CHILD");
        try (TestChild child = TestChild.start(command, environment)) {
            assertThat(child.readAll())
                    .startsWith("prefork: ")
                    .contains("exec-worker")
                    .doesNotContain("never");
            assertThat(child.awaitEnd()).isEqualTo(new WaitStatus.Exited(2));
        }
    }

    private static ExecOrder order(String script, String... words) {
        List<String> arguments = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        arguments.addAll(List.of(words));
        return new ExecOrder("/bin/sh", arguments, List.of("LISTEN_PID", "WATCHDOG_PID"), 5);
    }

    private static TestChild shim(ExecOrder order, Map<String, String> environment, Descriptor... descriptors) {
        return TestChild.start(
                TestJvm.command(Main.class.getName(), Shim.WORD), environment(order, environment), descriptors);
    }

    private static Map<String, String> environment(ExecOrder order, Map<String, String> others) {
        Map<String, String> environment = new LinkedHashMap<>(others);
        environment.put("PREFORK_CHILD", "1");
        for (String variable : order.variables()) {
            String[] parts = variable.split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return environment;
    }
}
