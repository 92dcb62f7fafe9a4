package dev.prefork.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this process was started with, to be passed on to others byte for byte.
 *
 * <p>The JVM's own view will not do: where no locale is set, as in most containers, it reads everything as ASCII, and a
 * worker would get replacement characters for what is not. The kernel keeps the bytes; see /proc/pid/environ and
 * /proc/pid/cmdline in proc(5). What cannot be read as text is escaped, and {@link Posix#spawn} undoes that. Stateless;
 * any thread.
 */
public final class StartedWith {
    private static final Path SELF = Path.of("/proc/self");

    /** What follows it on our command line is a worker's. */
    private static final String SEPARATOR = "--";

    private StartedWith() {}

    /** The environment as it was when this program began. */
    public static Map<String, String> environment() {
        try {
            return environment(Files.readAllBytes(SELF.resolve("environ")));
        } catch (IOException e) {
            // A process with capabilities from its file may not read its own; see PR_SET_DUMPABLE in prctl(2).
            return System.getenv();
        }
    }

    /** The whole command line, the program's name first. */
    public static List<String> commandLine() throws IOException {
        return split(Files.readAllBytes(SELF.resolve("cmdline")));
    }

    /** The arguments that {@code main} was called with: {@code seen} as the JVM read it, here as it was meant. */
    public static String[] arguments(String... seen) {
        try {
            List<String> commandLine = commandLine();
            return Built.ofThisProcess() == Built.FOR_JVM
                    ? arguments(commandLine, seen)
                    : arguments(commandLine, withoutLoss(commandLine, SEPARATOR, seen));
        } catch (IOException e) {
            return seen;
        }
    }

    static Map<String, String> environment(byte[] block) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String entry : split(block)) {
            int end = entry.indexOf('=', 1);
            if (end > 0) {
                // The first of several counts, as for getenv(3).
                variables.putIfAbsent(entry.substring(0, end), entry.substring(end + 1));
            }
        }
        return variables;
    }

    /**
     * A native executable that is not built as ours is takes what looks like an option of a JVM for its own, wherever it stands: {@code -Dname=value} and
     * {@code -Xmx1g} behind the separator are the worker's all the same.
     *
     * @param separator behind which the words belong to another program
     */
    static String[] withoutLoss(List<String> commandLine, String separator, String... seen) {
        int begin = commandLine.indexOf(separator);
        int seenBegin = List.of(seen).indexOf(separator);
        if (begin < 0 || seenBegin < 0) {
            return seen;
        }
        List<String> meant = new ArrayList<>(List.of(seen).subList(0, seenBegin));
        meant.addAll(commandLine.subList(begin, commandLine.size()));
        return meant.toArray(String[]::new);
    }

    /** They end the command line, behind the options of a JVM; if they do not, they were changed on the way. */
    static String[] arguments(List<String> commandLine, String... seen) {
        if (commandLine.size() < seen.length) {
            return seen;
        }
        List<String> meant = commandLine.subList(commandLine.size() - seen.length, commandLine.size());
        for (int i = 0; i < seen.length; i++) {
            boolean ascii = meant.get(i).chars().allMatch(c -> c < 0x80);
            if (ascii && !meant.get(i).equals(seen[i])) {
                return seen;
            }
        }
        return meant.toArray(String[]::new);
    }

    /** Every string ends with a NUL, an empty one included. */
    private static List<String> split(byte[] block) {
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < block.length; i++) {
            if (block[i] == 0) {
                strings.add(NativeText.text(block, start, i));
                start = i + 1;
            }
        }
        return strings;
    }
}
