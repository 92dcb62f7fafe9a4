package dev.prefork.bootcache;

import dev.prefork.container.OomScore;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.WaitStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs the process of the JDK that makes an archive: with a low priority where there is nice(1), in a session of its own, with nothing of
 * the master's but its environment. The master's loop reaps it, as it reaps all children, and hands its status in.
 *
 * <p>Threading: {@link #run} on the cache's thread, the rest on any.
 */
final class ArchiveMaker {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final List<Path> NICE = List.of(Path.of("/usr/bin/nice"), Path.of("/bin/nice"));
    private static final int MOST_OUTPUT = 4096;
    private static final int NONE = -1;

    /** Such as {@code [2.075s][error][cds]}. */
    private static final Pattern DECORATION = Pattern.compile("^(\\[[^]]*])+ ");

    private static final Pattern NO_REASON =
            Pattern.compile("(?i)^\\s*$|^an error has occurred|^error occurred during");

    private final Posix posix;
    private int pid = NONE;
    private boolean stopped;
    private Optional<WaitStatus> status = Optional.empty();

    ArchiveMaker(Posix posix) {
        this.posix = posix;
    }

    /** Returns when it has ended. */
    void run(Path executable, List<String> command, Map<String, String> environment)
            throws UnusableException, InterruptedException {
        int output = posix.memory("prefork-boot-cache");
        try {
            WaitStatus ended = await(executable, command, environment, output);
            if (!ended.equals(new WaitStatus.Exited(0))) {
                throw new UnusableException("the JDK made none: " + ended + firstLine(output));
            }
        } catch (ErrnoException e) {
            throw new UnusableException("the JDK could not be started: " + e.reason());
        } finally {
            posix.close(output);
        }
    }

    private synchronized WaitStatus await(
            Path executable, List<String> command, Map<String, String> environment, int output)
            throws UnusableException, InterruptedException {
        if (stopped) {
            throw new InterruptedException();
        }
        status = Optional.empty();
        // The loop, which asks whose a child is, waits for this lock until the pid is known.
        pid = posix.spawn(request(executable, command, environment, output));
        // Rather no archive than one worker less.
        OomScore.raiseToMost(pid);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (status.isEmpty() && !stopped) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                kill();
                throw new UnusableException(
                        "the JDK took longer than " + PATIENCE.toMinutes() + " minutes to make one");
            }
            wait(left);
        }
        if (stopped) {
            throw new InterruptedException();
        }
        return status.get();
    }

    private static SpawnRequest request(
            Path executable, List<String> command, Map<String, String> environment, int output) {
        List<String> variables = environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
        // Nothing of it belongs into the log.
        List<SpawnRequest.Descriptor> streams =
                List.of(new SpawnRequest.Descriptor(output, 1), new SpawnRequest.Descriptor(output, 2));
        Optional<Path> nice = NICE.stream().filter(Files::isExecutable).findFirst();
        if (nice.isEmpty()) {
            return new SpawnRequest(executable.toString(), command, variables, streams);
        }
        List<String> niced = new ArrayList<>(List.of("nice", "-n", "10", executable.toString()));
        niced.addAll(command.subList(1, command.size()));
        return new SpawnRequest(nice.get().toString(), niced, variables, streams);
    }

    /** The first line that says more than that there is an error. */
    private String firstLine(int output) {
        byte[] bytes = new byte[MOST_OUTPUT];
        int length = Math.max(0, posix.readAt(output, bytes, 0));
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
                .lines()
                .map(line -> DECORATION.matcher(line).replaceFirst(""))
                .filter(line -> !NO_REASON.matcher(line).find())
                .findFirst()
                .map(line -> " (" + line.replaceAll("\\p{Cntrl}", "?") + ")")
                .orElse("");
    }

    /** Whether a child is this process. */
    synchronized boolean owns(int child) {
        return child == pid;
    }

    /** It has ended and is reaped. */
    synchronized void ended(WaitStatus how) {
        pid = NONE;
        status = Optional.of(how);
        notifyAll();
    }

    /** Ends it now, and for good: nothing waits for it. */
    synchronized void stop() {
        stopped = true;
        kill();
        notifyAll();
    }

    private void kill() {
        if (pid != NONE) {
            posix.killIf(pid, this::isChild, Signal.KILL);
        }
    }

    private boolean isChild() {
        try {
            posix.hasEnded(pid);
            return true;
        } catch (ErrnoException e) {
            return false;
        }
    }
}
