package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OomScoreTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int NO_PROCESS = 65534;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path root;

    @Test
    void aRealProcessGetsThreeHundredMoreThanThisOne() throws IOException {
        RunningProcess worker = processes.command("sleep", "600").start();
        int own = Integer.parseInt(Files.readString(adjustment("self")).strip());

        assertThat(OomScore.read(Path.of("/")).raise((int) worker.pid())).isEmpty();

        assertThat(Files.readString(adjustment(Long.toString(worker.pid()))).strip())
                .isEqualTo(Integer.toString(Math.min(1000, own + 300)));
    }

    @Test
    void aRealProcessThatIsGoneIsFine() {
        RunningProcess worker = processes.command("true").start();
        worker.awaitExit(DEADLINE);

        assertThat(OomScore.read(Path.of("/")).raise((int) worker.pid())).isEmpty();
    }

    @Test
    void withoutPrivilegesOnesOwnProcessesAreRaisedAndOthersAreAReason() throws IOException {
        Tools.requireRoot();
        Path setpriv = Tools.require("setpriv");
        String roots = Long.toString(ProcessHandle.current().pid());

        RunningProcess probe = processes
                .command(
                        setpriv.toString(),
                        "--reuid=" + NO_PROCESS,
                        "--regid=" + NO_PROCESS,
                        "--clear-groups",
                        Jdks.running().java().toString(),
                        "-cp",
                        EverybodysClasses.copy(root).toString(),
                        OomScoreProbe.class.getName(),
                        roots)
                .start();

        assertThat(probe.awaitExit(DEADLINE)).as(probe.dump()).isZero();
        assertThat(probe.stdout())
                .contains("itself: Optional.empty", "other: Optional[permission denied]")
                .contains("itself now: " + Math.min(1000, own() + 300));
    }

    @ParameterizedTest
    @CsvSource({"0, 300", "-997, -697", "-1000, -700", "500, 800", "700, 1000", "992, 1000", "1000, 1000"})
    void threeHundredAreAddedUpToAThousand(int own, int raised) throws IOException {
        Tree tree = machine(Integer.toString(own)).file("proc/7/oom_score_adj", "" + own);

        assertThat(OomScore.read(root).raise(7)).isEmpty();

        assertThat(Files.readString(tree.root().resolve("proc/7/oom_score_adj")))
                .startsWith(Integer.toString(raised));
    }

    @Test
    void theOwnAdjustmentIsReadOnce() throws IOException {
        machine("100").file("proc/7/oom_score_adj", "0");
        OomScore score = OomScore.read(root);

        machine("500");
        score.raise(7);

        assertThat(Files.readString(root.resolve("proc/7/oom_score_adj"))).startsWith("400");
    }

    @Test
    void aPidThatIsGoneIsNotCreated() {
        machine("0");

        assertThat(OomScore.read(root).raise(7)).isEmpty();
        assertThat(root.resolve("proc/7")).doesNotExist();
    }

    @Test
    void whatCannotBeWrittenIsAReason() throws IOException {
        machine("0");
        Files.createDirectories(root.resolve("proc/7/oom_score_adj"));

        assertThat(OomScore.read(root).raise(7).orElseThrow()).contains("directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "much", "12345", "1.5"})
    void withoutItsOwnAdjustmentNothingIsWritten(String garbage) throws IOException {
        machine(garbage).file("proc/7/oom_score_adj", "0");

        OomScore score = OomScore.read(root);

        assertThat(score.raise(7)).contains("cannot read this process's own oom_score_adj");
        assertThat(Files.readString(root.resolve("proc/7/oom_score_adj"))).isEqualTo("0");
        assertThat(score.explanation()).contains("unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 300, the OOM killer prefers workers",
        "-997, -697, the OOM killer prefers workers",
        "992, 1000, little room left to make it prefer workers",
        "1000, 1000, no room left to make it prefer workers"
    })
    void theExplanationSaysWhatItIsWorth(int own, int raised, String worth) {
        machine(Integer.toString(own));

        assertThat(OomScore.read(root).explanation())
                .isEqualTo("oom_score_adj " + own + " for the master and " + raised + " for workers: " + worth);
    }

    private Tree machine(String own) {
        return new Tree(root).file("proc/self/oom_score_adj", own + "\n");
    }

    private static int own() throws IOException {
        return Integer.parseInt(Files.readString(adjustment("self")).strip());
    }

    private static Path adjustment(String process) {
        return Path.of("/proc", process, "oom_score_adj");
    }
}
