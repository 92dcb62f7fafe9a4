package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RunningProcessTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void keepsTheTwoStreamsApartAndTheExitCode() {
        RunningProcess shell =
                processes.command("sh", "-c", "echo one; echo two >&2; exit 3").start();

        assertThat(shell.awaitExit(SOON)).isEqualTo(3);
        assertThat(shell.stdout()).isEqualTo("one");
        assertThat(shell.stderr()).isEqualTo("two");
        assertThat(shell.output())
                .allSatisfy(line -> assertThat(line.at()).isPositive().isLessThan(SOON));
    }

    @Test
    void waitsForLinesToCome() {
        RunningProcess cat =
                processes.command("sh", "-c", "echo up 1; read x; echo up 2").start();
        cat.awaitLine("^up 1$", SOON);

        assertThatThrownBy(() -> cat.awaitLine("up 2", AT_ONCE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("/up 2/", "0", "running", "up 1");
        cat.closeInput();

        assertThat(cat.awaitLines("^up \\d$", 2, SOON))
                .extracting(OutputLine::text)
                .containsExactly("up 1", "up 2");
    }

    @Test
    void stopsWaitingForLinesWhenNobodyIsLeftToWriteThem() {
        RunningProcess shell = processes.command("sh", "-c", "exit 0").start();
        long start = System.nanoTime();

        assertThatThrownBy(() -> shell.awaitLine("never", Duration.ofMinutes(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("/never/");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void signalsReachTheProcessAndShowInItsExitCode() {
        RunningProcess trapped = processes
                .command("sh", "-c", "trap 'echo hup' HUP; echo ready; while :; do sleep 0.05; done")
                .start();
        trapped.awaitLine("ready", SOON);

        trapped.signal("HUP");
        trapped.awaitLine("^hup$", SOON);
        trapped.signal("TERM");

        assertThat(trapped.awaitExit(SOON)).isEqualTo(128 + 15);
    }

    @Test
    void failsWithTheOutputWhenTheExitDoesNotCome() {
        RunningProcess shell =
                processes.command("sh", "-c", "echo still here; read x").start();
        shell.awaitLine("still here", SOON);

        assertThatThrownBy(() -> shell.awaitExit(AT_ONCE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("still here");
    }

    @Test
    void givesTheEnvironmentThatTheTestNamedAndNothingOfPreforks(@TempDir Path directory) {
        RunningProcess shell = processes
                .command("sh", "-c", "echo \"$PREFORK_WORKERS/${HOME-none}\"; pwd; env")
                .env("PREFORK_WORKERS", "2")
                .without("HOME")
                .in(directory)
                .start();

        assertThat(shell.awaitExit(SOON)).isZero();
        assertThat(shell.output().stream().limit(2).map(OutputLine::text))
                .containsExactly("2/none", directory.toString());
        assertThat(shell.stdout()).doesNotContain("PREFORK_TEST_JAVA_HOMES", "JAVA_TOOL_OPTIONS");
    }

    @Test
    void endsOrphansTooWhoeverAdoptedThem() {
        RunningProcess shell = processes
                .command("sh", "-c", "(setsid sleep 600 >/dev/null 2>&1 & echo $!) ; exec sleep 601")
                .start();
        long orphan = Long.parseLong(shell.awaitLine("^\\d+$", SOON).text());
        assertThat(shell.children()).doesNotContain(orphan);
        // In the midst of an exec a process has no environment that could be read.
        Awaitility.await().atMost(SOON).until(() -> shell.family().containsAll(List.of(orphan, shell.pid())));

        shell.close();

        assertThat(shell.family()).isEmpty();
        assertThat(Proc.isAlive(orphan)).isFalse();
    }

    @Test
    void doesNotWaitForTheOutputOfAnOrphanThatHoldsThePipe() {
        RunningProcess shell = processes
                .command("sh", "-c", "sleep 600 & echo parting; exit 7")
                .start();

        assertThat(shell.awaitExit(SOON)).isEqualTo(7);
        assertThat(shell.stdout()).isEqualTo("parting");
        assertThat(shell.family()).hasSize(1);
    }

    @Test
    void knowsItsDirectChildren() {
        RunningProcess shell =
                processes.command("sh", "-c", "sleep 600 & sleep 601 & wait").start();

        List<Long> children = Awaitility.await().atMost(SOON).until(shell::children, found -> found.size() == 2);

        assertThat(children).allSatisfy(child -> assertThat(Proc.parent(child)).contains(shell.pid()));
    }
}
