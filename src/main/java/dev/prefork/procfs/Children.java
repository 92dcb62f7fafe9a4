package dev.prefork.procfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The children of a process, as the kernel lists them for each of its threads; see /proc/pid/task/tid/children in
 * proc(5). A child of this one that has not been waited for keeps its number, so that a signal to it reaches no other process: for
 * the thread that reaps them all.
 */
public final class Children {
    private Children() {}

    /** This one's that run, in the kernel's order; none where it keeps no such list. Reads below {@code proc}, which is /proc. */
    public static List<Integer> living(Path proc) {
        return of(proc.resolve("self")).stream()
                .filter(pid -> ProcessStat.of(proc.resolve(pid.toString()))
                        .filter(stat -> !stat.dead())
                        .isPresent())
                .toList();
    }

    /** Those of the process with this directory below /proc, zombies included; of one that is gone there are none. */
    public static List<Integer> of(Path process) {
        List<Integer> children = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                children.addAll(ofThread(thread));
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            return children;
        }
        return children;
    }

    /**
     * This one's that another thread than the first has not started: all that were adopted are among them, since the kernel makes
     * them children of the first thread that has not ended (find_new_reaper in kernel/exit.c), and a JVM's first thread waits
     * for its end. So where a thread of its own starts many children, these need not be read. Of {@code self}, this process' pid.
     */
    public static List<Integer> ofFirstThread(Path proc, int self) {
        return ofThread(proc.resolve(Path.of("self", "task", Integer.toString(self))));
    }

    private static List<Integer> ofThread(Path thread) {
        return ProcFiles.readLong(thread.resolve("children")).stream()
                .flatMap(list -> Arrays.stream(whole(list).split(" ")))
                .filter(word -> !word.isBlank())
                .map(word -> Integer.parseInt(word.strip()))
                .toList();
    }

    /** Without a number that was cut off where a long list was: it would be another's. A blank follows each whole one. */
    private static String whole(String list) {
        return list.substring(0, list.lastIndexOf(' ') + 1);
    }

    /** The name of a process' program, without control characters; see /proc/pid/comm. */
    public static String name(Path proc, int pid) {
        return ProcFiles.read(proc.resolve(pid + "/comm"))
                .map(name -> name.strip().replaceAll("\\p{Cntrl}", "?"))
                .orElse("?");
    }

    /** Whether a process was started with this {@code NAME=value} in its environment. */
    public static boolean startedWith(Path proc, int pid, String variable) {
        try {
            String environment =
                    new String(Files.readAllBytes(proc.resolve(pid + "/environ")), StandardCharsets.ISO_8859_1);
            return List.of(environment.split("\0")).contains(variable);
        } catch (IOException unreadable) {
            return false;
        }
    }
}
