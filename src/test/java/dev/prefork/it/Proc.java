package dev.prefork.it;

import static dev.prefork.Waits.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads {@code /proc}, see proc(5). Any thread. A process may end at any moment, so every answer allows for its absence.
 */
public final class Proc {
    private static final Path ROOT = Path.of("/proc");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** Places in {@code /proc/pid/stat}, counted from the state, which follows the name in parentheses. */
    private static final int STATE = 0;

    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private Proc() {}

    /** The open descriptors and what each refers to, such as {@code socket:[4711]} or a path. */
    public static Map<Integer, String> fds(long pid) {
        Map<Integer, String> targets = new TreeMap<>();
        for (Path descriptor : list(directory(pid).resolve("fd"))) {
            target(descriptor)
                    .ifPresent(target ->
                            targets.put(Integer.valueOf(descriptor.getFileName().toString()), target));
        }
        return targets;
    }

    /** The direct children, zombies included, by number. */
    public static List<Long> children(long pid) {
        return pids().filter(child -> stat(child, PARENT)
                        .map(parent -> parent.equals(Long.toString(pid)))
                        .orElse(false))
                .toList();
    }

    /** All in the PID namespace of this process, itself and zombies included; see pid_namespaces(7). */
    public static List<Long> sameNamespace(long pid) {
        Optional<String> namespace = target(directory(pid).resolve("ns/pid"));
        return namespace.isEmpty()
                ? List.of()
                : pids().filter(other ->
                                target(directory(other).resolve("ns/pid")).equals(namespace))
                        .toList();
    }

    /** The living, zombies left out, whose environment at their start had this value. */
    public static List<Long> withEnvironment(String name, String value) {
        return pids().filter(pid -> value.equals(environment(pid).get(name)))
                .filter(pid -> state(pid).map(state -> state != 'Z').orElse(false))
                .toList();
    }

    /** The environment as it was at the start of the program; empty for zombies, for the gone and for strangers. */
    public static Map<String, String> environment(long pid) {
        return split(pid, "environ")
                .filter(entry -> entry.contains("="))
                .collect(Collectors.toMap(
                        entry -> entry.substring(0, entry.indexOf('=')),
                        entry -> entry.substring(entry.indexOf('=') + 1),
                        (first, second) -> first,
                        TreeMap::new));
    }

    /** The words of the command line; empty for zombies and for the gone. */
    public static List<String> commandLine(long pid) {
        return split(pid, "cmdline").toList();
    }

    /** Whether it is the process that a master beside others has for its own death. */
    public static boolean isGuardian(long pid) {
        return commandLine(pid).contains("prefork-guardian");
    }

    /** One letter as ps(1) shows it, such as {@code S} or {@code Z}; empty when there is no such process. */
    public static Optional<Character> state(long pid) {
        return stat(pid, STATE).map(text -> text.charAt(0));
    }

    /** The memory of its own that is in use; 0 when there is no such process. See VmRSS in proc_pid_status(5). */
    public static long residentBytes(long pid) {
        return read(directory(pid).resolve("status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }

    /** The names of its threads, of which the kernel keeps 15 characters; none when there is no such process. */
    public static List<String> threads(long pid) {
        return list(directory(pid).resolve("task")).stream()
                .flatMap(thread -> read(thread.resolve("comm")).stream())
                .map(String::strip)
                .toList();
    }

    /** Whether the process has a handler for a signal; see SigCgt in proc_pid_status(5). */
    public static boolean catches(long pid, int signal) {
        return read(directory(pid).resolve("status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("SigCgt:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> (signal - 1) & 1) == 1);
    }

    /** Whether the process exists and is no zombie. */
    public static boolean isAlive(long pid) {
        return state(pid).map(state -> state != 'Z' && state != 'X').orElse(false);
    }

    /** The parent's number; empty when there is no such process. */
    public static Optional<Long> parent(long pid) {
        return stat(pid, PARENT).map(Long::valueOf);
    }

    /** The number of the process group; empty when there is no such process. */
    public static Optional<Long> group(long pid) {
        return stat(pid, GROUP).map(Long::valueOf);
    }

    /** The number of the session; empty when there is no such process. */
    public static Optional<Long> session(long pid) {
        return stat(pid, SESSION).map(Long::valueOf);
    }

    /** The CPU time it has used so far, in hundredths of a second; 0 when there is no such process. */
    public static long ticks(long pid) {
        return IntStream.of(USER_TICKS, SYSTEM_TICKS)
                .mapToLong(place -> stat(pid, place).map(Long::valueOf).orElse(0L))
                .sum();
    }

    /** Bytes that have arrived on connections to this port and that nobody has read yet; see /proc/net/tcp. */
    public static long unread(int localPort) {
        return established(localPort)
                .mapToLong(fields -> Long.parseLong(fields[4].substring(fields[4].indexOf(':') + 1), 16))
                .sum();
    }

    /** How many connections to this port there are, accepted or not. */
    public static long connections(int localPort) {
        return established(localPort).count();
    }

    private static Stream<String[]> established(int localPort) {
        String suffix = String.format(":%04X", localPort);
        try (Stream<String> lines = Files.lines(ROOT.resolve("net/tcp"))) {
            return lines
                    .skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(suffix) && fields[3].equals("01"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal such as {@code TERM}; a negative number means a process group, as in kill(2). */
    public static void signal(long pid, String name) {
        try {
            // The shell's own kill: this JVM can send no more than TERM and KILL.
            Process kill = new ProcessBuilder("sh", "-c", "kill -s \"$1\" -- \"$2\"", "sh", name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0) {
                throw new AssertionError("cannot send " + name + " to " + pid + ": " + said.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while sending " + name + " to " + pid, e);
        }
    }

    /** Stops a process, and waits until each of its threads stands still: kill(2) only leaves word. */
    public static void freeze(long pid) {
        signal(pid, "STOP");
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> list(directory(pid).resolve("task")).stream()
                        .allMatch(thread -> stat(thread, STATE).map("T"::equals).orElse(true)));
    }

    private static Stream<Long> pids() {
        return list(ROOT).stream()
                .map(path -> path.getFileName().toString())
                .filter(name -> NUMBER.matcher(name).matches())
                .map(Long::valueOf)
                .sorted();
    }

    /** Empty when the descriptor was closed, or the process is gone, between the listing and this look at it. */
    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Path directory(long pid) {
        return ROOT.resolve(Long.toString(pid));
    }

    private static Optional<String> stat(long pid, int place) {
        return stat(directory(pid), place);
    }

    private static Optional<String> stat(Path directory, int place) {
        // The name may hold anything, spaces and parentheses too: only what follows the last one counts.
        return read(directory.resolve("stat"))
                .filter(text -> text.contains(") "))
                .map(text -> text.substring(text.lastIndexOf(") ") + 2).split(" ")[place]);
    }

    private static Stream<String> split(long pid, String file) {
        return read(directory(pid).resolve(file)).stream()
                .flatMap(Pattern.compile("\0")::splitAsStream)
                .filter(word -> !word.isEmpty());
    }

    /** Empty when the process is gone (ENOENT, or ESRCH between open and read) or belongs to somebody else (EACCES). */
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (NoSuchFileException | UncheckedIOException e) {
            // Gone before the listing, or while it was under way.
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
