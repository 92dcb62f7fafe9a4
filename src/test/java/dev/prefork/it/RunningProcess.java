package dev.prefork.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * A process under test with all that it and its offspring write.
 *
 * <p>Any thread may call it. Started by {@link Processes}, which also ends it. Every wait has a deadline, and one that
 * passes fails the test with the whole output in the message.
 */
public final class RunningProcess implements AutoCloseable {
    /** Marks the environment of every process of one start, so that orphans are found too, whoever adopted them. */
    public static final String MARK = "IT_MARK";

    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Duration BURIAL = Duration.ofSeconds(60);

    private final List<String> command;
    private final String mark;
    private final Process process;
    private final Output output = new Output();

    RunningProcess(List<String> command, String mark, Process process) {
        this.command = command;
        this.mark = mark;
        this.process = process;
        output.follow(OutputLine.Stream.STDOUT, process.getInputStream());
        output.follow(OutputLine.Stream.STDERR, process.getErrorStream());
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The living direct children, zombies included, but for the guardian of a master. */
    public List<Long> children() {
        return Proc.children(pid()).stream()
                .filter(child -> !Proc.isGuardian(child))
                .toList();
    }

    /** The guardian of this master, which has one. */
    public long guardian() {
        return Proc.children(pid()).stream()
                .filter(Proc::isGuardian)
                .findFirst()
                .orElseThrow();
    }

    /** All living processes that stem from this one, itself included if it lives, whoever their parent is by now. */
    public List<Long> family() {
        return Proc.withEnvironment(MARK, mark);
    }

    /** Sends a signal such as {@code TERM} to this process alone. */
    public void signal(String name) {
        Proc.signal(pid(), name);
    }

    /** Sends a signal again and again until the process has ended: a second one soon after the first is taken for its double. */
    public int signalUntilExit(String name, Duration deadline) {
        Awaitility.await().atMost(deadline).pollInterval(Duration.ofMillis(300)).until(() -> {
            try {
                signal(name);
            } catch (AssertionError gone) {
                return !isAlive();
            }
            return false;
        });
        return awaitExit(deadline);
    }

    /** Ends the input, for commands that read it. */
    public void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All lines so far, in the order in which they were read. */
    public List<OutputLine> output() {
        return output.lines();
    }

    /** What was written to standard output so far, as one text. */
    public String stdout() {
        return text(OutputLine.Stream.STDOUT);
    }

    /** What was written to standard error so far, as one text. */
    public String stderr() {
        return text(OutputLine.Stream.STDERR);
    }

    private String text(OutputLine.Stream stream) {
        return output().stream()
                .filter(line -> line.stream() == stream)
                .map(OutputLine::text)
                .collect(Collectors.joining("\n"));
    }

    /** The first line, past or to come, in which the regular expression is found. */
    public OutputLine awaitLine(String regex, Duration deadline) {
        return awaitLines(regex, 1, deadline).get(0);
    }

    /** The first {@code count} lines, past or to come, in which the regular expression is found. */
    public List<OutputLine> awaitLines(String regex, int count, Duration deadline) {
        List<OutputLine> found = output.await(Pattern.compile(regex), count, deadline);
        if (found.size() < count) {
            throw new AssertionError("expected " + count + " lines with /" + regex + "/ within " + deadline
                    + ", but there were " + found.size() + " from\n" + dump());
        }
        return found;
    }

    /** The exit code, or 128 + n after death by signal n; all that the process itself wrote has been read by then. */
    public int awaitExit(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("expected an exit within " + deadline + " of\n" + dump());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the exit of\n" + dump(), e);
        }
        // Not for ever: an orphan may hold the pipe open long after the process itself is gone.
        if (!output.awaitEnd(LAST_WORDS) && family().isEmpty()) {
            output.awaitEnd(deadline);
        }
        return process.exitValue();
    }

    /** Kills the whole family and waits until nobody is left. */
    @Override
    public void close() {
        process.destroyForcibly();
        Awaitility.await()
                .atMost(BURIAL)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(this::killFamily);
        output.awaitEnd(LAST_WORDS);
    }

    private boolean killFamily() {
        List<Long> left = family();
        left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        return left.isEmpty() && !process.isAlive();
    }

    /** The command, its state and its whole output, for failure messages. */
    public String dump() {
        String state = process.isAlive() ? "running" : "exit code " + process.exitValue();
        return output().stream()
                .map(OutputLine::toString)
                .collect(Collectors.joining(
                        "\n", "---- pid " + pid() + " (" + state + "): " + String.join(" ", command) + "\n", "\n----"));
    }
}
