package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Launch;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code kubectl describe pod} shows of a master that has ended. */
class TerminationMessageIT {
    /** The kubelet cuts off what is beyond. */
    private static final int LONGEST = 4096;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private Path message;

    @BeforeEach
    void create() throws IOException {
        // As the kubelet does, with something in it that a former container may have left.
        message = Files.writeString(directory.resolve("message"), "x".repeat(2 * LONGEST));
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void namesTheWantOfMemoryTheRemedyAndTheLastExits(Jdk jdk) throws IOException {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(512L << 20)) {
            StartedMaster master = StartedMaster.of(
                            inPod(jdk, "--workers 2 --recover-threshold 1", Scripts.python("pod/obedient.py"))
                                    .inside(cgroup)
                                    .start())
                    .awaitReady();
            master.awaitAnswersOf(2);
            long first = master.workerPid(0);
            Proc.signal(first, "KILL");
            master.process().awaitLine("worker 0 .* started to replace pid " + first, SOON);
            master.awaitAnswersOf(2);

            long second = Deaths.byHunger(master);

            String reason = StartedMaster.awaitRefusal(master.process(), 4).replaceFirst("^prefork: ", "");
            assertThat(reason).contains("(pid " + second + "): OOM-killed").contains("raise the memory limit");
            List<String> lines = Files.readAllLines(message);
            assertThat(lines).hasSize(3);
            assertThat(lines.get(0)).isEqualTo(reason);
            assertThat(lines.get(1))
                    .matches("\\d+\\.\\d s earlier: worker \\d \\(pid " + second
                            + "\\): OOM-killed, SIGKILL by the kernel");
            assertThat(lines.get(2)).matches("\\d+\\.\\d s earlier: worker 0 \\(pid " + first + "\\): SIGKILL");
        }
    }

    @Test
    void saysThatAStopWasAskedFor() throws IOException {
        StartedMaster master = StartedMaster.of(inPod(Jdks.running(), "--workers 1", Scripts.python("pod/obedient.py"))
                        .start())
                .awaitReady();
        master.stop();

        assertThat(message).hasContent("stopped as asked\n");
    }

    @Test
    void isNoLongerThanTheKubeletReadsAndKeepsTheReasonWhole() throws IOException {
        Path program = withALongName();
        StartedMaster master = StartedMaster.of(inPod(
                                Jdks.running(),
                                "--workers 1 --ready delay=0s --recover-threshold 6",
                                List.of(program.toString()))
                        .start())
                .awaitReady();
        Files.delete(program);
        Proc.signal(master.workerPid(0), "KILL");

        String reason = StartedMaster.awaitRefusal(master.process(), 4).replaceFirst("^prefork: ", "");

        assertThat(reason).contains("worker 0 could not be started: " + program);
        assertThat(message).hasSize(LONGEST);
        assertThat(Files.readAllLines(message)).hasSizeGreaterThan(2).startsWith(reason);
    }

    /** Five exits that name it are more than the message may hold. */
    private Path withALongName() throws IOException {
        Path place = directory;
        for (int i = 0; i < 5; i++) {
            place = place.resolve("a-long-name-".repeat(20));
        }
        Path program = Files.createDirectories(place).resolve("program");
        Files.writeString(program, "#!/bin/sh\nexec sleep 600\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private Launch inPod(Jdk jdk, String options, List<String> command) {
        Path unshare = Tools.require("unshare");
        List<String> words = new ArrayList<>(List.of(
                unshare.toString(), "--mount", "sh", Scripts.path("pod/termination_log.sh") + "", message.toString()));
        List<String> trial = new ArrayList<>(words);
        trial.add("true");
        Tools.requireSuccess("this user may not put another /dev in place", trial);
        words.addAll(StartedMaster.commandLine(jdk, options + " --listen 127.0.0.1:0", command));
        return processes.command(words.toArray(String[]::new));
    }
}
