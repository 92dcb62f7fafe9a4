package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.Waits;
import dev.prefork.os.Posix;
import dev.prefork.os.WaitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the shell in place of java, and this thread in place of the loop that reaps. */
class ArchiveMakerTest {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Posix posix = Posix.system();
    private final ArchiveMaker maker = new ArchiveMaker(posix);

    @TempDir
    private Path place;

    @Test
    void returnsWhenTheProcessHasSucceeded() {
        Path file = place.resolve("file");
        assertThatCode(() -> end(run("echo made > " + file))).doesNotThrowAnyException();
        assertThat(file).hasContent("made");
    }

    @Test
    void hasTheEnvironmentAndALowPriority() throws Exception {
        Path file = place.resolve("file");
        int ours = Integer.parseInt(Files.readString(Path.of("/proc/self/stat")).split(" ")[18]);
        end(run("echo $NAME $(cut -d' ' -f19 /proc/$$/stat) > " + file));
        int lower = Files.isExecutable(Path.of("/usr/bin/nice")) ? Math.min(ours + 10, 19) : ours;
        assertThat(file).hasContent("value " + lower);
    }

    @Test
    void isTheFirstVictimOfTheOomKiller() throws Exception {
        Path file = place.resolve("file");
        end(run("until grep -qx 1000 /proc/$$/oom_score_adj; do sleep 0.05; done; echo raised > " + file));
        assertThat(file).hasContent("raised");
    }

    @Test
    void namesTheCodeAndTheFirstLine() {
        assertThatThrownBy(() -> end(run("echo it is broken >&2; echo more; exit 3")))
                .hasCauseInstanceOf(UnusableException.class)
                .hasMessageEndingWith("the JDK made none: exit code 3 (it is broken)");
    }

    @Test
    void namesTheFirstLineWithAReason() {
        assertThatThrownBy(() -> end(run("printf '%s\\n' 'An error has occurred while processing the file.' ''"
                        + " '[2.075s][error][cds] Unable to write.' 'More.'; exit 1")))
                .hasMessageEndingWith("exit code 1 (Unable to write.)");
        assertThatThrownBy(() -> end(run("exit 1"))).hasMessageEndingWith("exit code 1");
    }

    @Test
    void saysThatItCannotBeStarted() {
        assertThatThrownBy(() -> end(run(place.resolve("none"), List.of("none"))))
                .hasCauseInstanceOf(UnusableException.class);
    }

    @Test
    void aStopEndsTheProcessAtOnceAndForGood() throws Exception {
        CompletableFuture<Void> run = run("exec sleep 600");
        int child = child();
        maker.stop();

        assertThatThrownBy(() -> run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(posix.reapWaiting(child)).isInstanceOf(WaitStatus.Signaled.class);
        assertThatThrownBy(() -> maker.run(SHELL, List.of("sh", "-c", ":"), Map.of()))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void ownsItsProcessOnlyWhileThereIsOne() throws Exception {
        CompletableFuture<Void> run = run("exec sleep 600");
        int child = child();
        assertThat(maker.owns(child)).isTrue();
        assertThat(maker.owns(child + 1)).isFalse();

        posix.kill(child, dev.prefork.os.Signal.KILL);
        assertThatThrownBy(() -> end(run)).hasMessageContaining("SIGKILL");
        assertThat(maker.owns(child)).isFalse();
    }

    private CompletableFuture<Void> run(String script) {
        return run(SHELL, List.of("sh", "-c", script));
    }

    private CompletableFuture<Void> run(Path executable, List<String> command) {
        return CompletableFuture.runAsync(() -> {
            try {
                maker.run(executable, command, Map.of("NAME", "value", "PATH", "/usr/bin:/bin"));
            } catch (UnusableException | InterruptedException e) {
                throw new java.util.concurrent.CompletionException(e);
            }
        });
    }

    private int child() {
        return Waits.await()
                .atMost(PATIENCE)
                .until(this::children, Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Integer> children() {
        return ProcessHandle.current()
                .children()
                .map(child -> (int) child.pid())
                .filter(maker::owns)
                .findFirst();
    }

    /** Reaps it as the loop does. */
    private void end(CompletableFuture<Void> run) throws ExecutionException, InterruptedException, TimeoutException {
        Waits.await().atMost(PATIENCE).until(() -> {
            OptionalInt ended = posix.peekExited();
            if (ended.isPresent() && maker.owns(ended.getAsInt())) {
                maker.ended(posix.reap(ended.getAsInt()).orElseThrow());
            }
            return run.isDone();
        });
        run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
