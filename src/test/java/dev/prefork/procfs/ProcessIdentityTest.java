package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdentityTest {
    private static final Path PROC = Path.of("/proc");
    private static final String LINE = "(x) S 1 2 2 0 -1 4194560 1 0 0 0 5 6 7 8 20 0 3 0 98765 1000 10";

    @TempDir
    Path proc;

    @Test
    void theStartTimeIsField22() {
        assertThat(ProcessIdentity.startTime("4711 " + LINE)).hasValue(98765);
        assertThat(ProcessIdentity.startTime("4711 (a) b) 1 2 (" + LINE)).hasValue(98765);
    }

    @Test
    void whatIsNoSuchLineHasNone() {
        assertThat(ProcessIdentity.startTime("")).isEmpty();
        assertThat(ProcessIdentity.startTime("1 (x) S 1 2")).isEmpty();
        assertThat(ProcessIdentity.startTime("4711 " + LINE.replace("98765", "soon")))
                .isEmpty();
    }

    @Test
    void aRealProcessHasOneThatStaysAndAnotherOneHasALaterOne() throws Exception {
        long self = ProcessHandle.current().pid();
        OptionalLong first = ProcessIdentity.startTime(PROC, self);
        assertThat(first).isPresent().isEqualTo(ProcessIdentity.startTime(PROC, self));

        Process child = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(ProcessIdentity.startTime(PROC, child.pid()).orElseThrow())
                    .isGreaterThan(first.getAsLong());
            assertThat(ProcessIdentity.command(PROC, child.pid())).contains("sleep 60");
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(ProcessIdentity.startTime(PROC, child.pid())).isEmpty();
        assertThat(ProcessIdentity.command(PROC, child.pid())).isEmpty();
    }

    @Test
    void aLongCommandIsShortened() throws IOException {
        Files.createDirectory(proc.resolve("5"));
        Files.writeString(proc.resolve("5/cmdline"), "java\0" + "x".repeat(500) + "\0", StandardCharsets.US_ASCII);
        Optional<String> command = ProcessIdentity.command(proc, 5);
        assertThat(command.orElseThrow())
                .startsWith("java xxx")
                .endsWith("x...")
                .hasSize(123);

        Files.writeString(proc.resolve("5/cmdline"), "");
        assertThat(ProcessIdentity.command(proc, 5)).as("a kernel thread").isEmpty();
    }
}
