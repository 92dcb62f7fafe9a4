package dev.prefork.cli;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real JVMs are asked. */
class JvmAttachTest {
    private static final Path PROC = Path.of("/proc");
    private static final Path TMP = Path.of("/tmp");
    private static final String SOURCE = """
            public class Waiting {
                public static void main(String[] arguments) throws Exception {
                    Thread.currentThread().setName("the one that waits");
                    System.out.println("up");
                    System.in.read();
                }
            }
            """;

    private final Posix posix = Posix.system();

    @TempDir
    Path directory;

    private Process process;

    @AfterEach
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private int start(String... options) throws IOException {
        Path source = Files.writeString(directory.resolve("Waiting.java"), SOURCE);
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of(options));
        command.add(source.toString());
        process = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        await().until(() -> Files.readString(directory.resolve("out")).contains("up"));
        return (int) process.pid();
    }

    @Test
    void aJvmShowsItsThreadsAndGoesOn() throws IOException {
        int pid = start();
        for (int i = 0; i < 2; i++) {
            assertThat(JvmAttach.threadDump(posix, PROC, pid))
                    .contains("Full thread dump", "\"the one that waits\"", "JNI global refs");
        }
        assertThat(process.isAlive()).isTrue();
        assertThat(TMP.resolve(".attach_pid" + pid)).doesNotExist();
        assertThat(Files.readString(directory.resolve("out")))
                .as("nothing is in its own output")
                .isEqualTo("up\n");
    }

    @Test
    void oneThatMayNotBeAskedIsNotWaitedForWithoutEnd() throws IOException {
        int pid = start("-XX:+DisableAttachMechanism");
        assertThatThrownBy(() -> JvmAttach.threadDump(posix, PROC, pid))
                .isInstanceOf(IOException.class)
                .hasMessage("it does not listen; does it run with -XX:+DisableAttachMechanism?");
        assertThat(process.isAlive()).isTrue();
        assertThat(TMP.resolve(".attach_pid" + pid)).doesNotExist();
    }

    @Test
    void aProcessThatIsNotAJvmGetsNoSignal() throws IOException {
        process = new ProcessBuilder("sleep", "600").start();
        assertThatThrownBy(() -> JvmAttach.threadDump(posix, PROC, (int) process.pid()))
                .isInstanceOf(IOException.class)
                .hasMessage("it does not run on HotSpot");
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void whereNothingCanBeWrittenNothingIsSent() throws IOException {
        int pid = start();
        Path elsewhere = Files.createDirectories(directory.resolve("proc/" + pid));
        Files.copy(PROC.resolve(pid + "/maps"), elsewhere.resolve("maps"));
        assertThatThrownBy(() -> JvmAttach.threadDump(posix, directory.resolve("proc"), pid))
                .hasMessage("its /tmp cannot be written");
        assertThat(Files.readString(directory.resolve("out"))).isEqualTo("up\n");
    }
}
