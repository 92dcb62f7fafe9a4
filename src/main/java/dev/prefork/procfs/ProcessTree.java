package dev.prefork.procfs;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of workers, and which sockets they hold: a worker's process group and session, since behind a shell or in a
 * server that forks it is not the worker itself that accepts, and its descendants, which may have left both. Only for telling who
 * took a connection: by the time it is read, a pid may belong to another process, so nothing may be signalled by it.
 *
 * <p>For one thread.
 */
public final class ProcessTree {
    /** See {@link ProcessFigures}, which counts the same. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private final Path proc;
    private final Set<Integer> hidden = new HashSet<>();

    /**
     * One look.
     *
     * @param listening the workers of which a process listens
     * @param visible those of which at least one process was seen at all
     * @param hidden those with a process whose descriptors this user may not see
     */
    public record Look(Set<Integer> listening, Set<Integer> visible, Set<Integer> hidden) {}

    /** Reads below {@code proc}, which is /proc. */
    public ProcessTree(Path proc) {
        this.proc = proc;
    }

    /** For each of these sockets that a process of one of the workers holds, that worker. */
    public Map<Long, Integer> holders(Set<Long> inodes, Set<Integer> workers) {
        Map<Long, Integer> holders = new HashMap<>();
        members(workers).forEach((pid, worker) -> descriptors(pid).stream()
                .flatMapToLong(held -> Sockets.inode(held).stream())
                .filter(inodes::contains)
                .forEach(inode -> holders.put(inode, worker)));
        return holders;
    }

    /** Of which workers a process listens on a socket, TCP or unix. */
    public Look listening(Set<Integer> workers) {
        Map<String, Set<Long>> byNamespace = new HashMap<>();
        Look look = new Look(new HashSet<>(), new HashSet<>(), new HashSet<>());
        members(workers).forEach((pid, worker) -> {
            look.visible.add(worker);
            if (look.listening.contains(worker)) {
                return;
            }
            Path process = proc.resolve(Integer.toString(pid));
            String namespace =
                    ProcFiles.target(process.resolve("ns").resolve("net")).orElse(process.toString());
            Set<Long> accepting = byNamespace.computeIfAbsent(namespace, unread -> ListeningSockets.of(process));
            if (descriptors(pid).stream()
                    .flatMapToLong(link -> Sockets.inode(link).stream())
                    .anyMatch(accepting::contains)) {
                look.listening.add(worker);
            }
            if (hidden.contains(pid)) {
                look.hidden.add(worker);
            }
        });
        return look;
    }

    /** Each living process that belongs to one of the workers, and that worker. */
    Map<Integer, Integer> members(Set<Integer> workers) {
        Map<Integer, ProcessStat> all = living();
        Map<Integer, Integer> members = new HashMap<>();
        all.keySet().forEach(pid -> workerOf(pid, all, workers).ifPresent(worker -> members.put(pid, worker)));
        return members;
    }

    /**
     * For each worker that is there, the nanoseconds that its processes have spent in user mode, with their children that have ended
     * and were waited for. It falls when one ends that is not waited for by another of them.
     */
    public Map<Integer, Long> userNanos(Set<Integer> workers) {
        Map<Integer, ProcessStat> all = living();
        Map<Integer, Long> nanos = new HashMap<>();
        all.forEach((pid, stat) -> workerOf(pid, all, workers)
                .ifPresent(worker -> nanos.merge(worker, stat.cpu().user() * NANOS_PER_TICK, Long::sum)));
        return nanos;
    }

    /** Processes of the workers whose descriptors this user may not see; see PTRACE_MODE_READ_FSCREDS in proc(5). */
    public Set<Integer> hidden() {
        return Set.copyOf(hidden);
    }

    private static Optional<Integer> workerOf(int pid, Map<Integer, ProcessStat> all, Set<Integer> workers) {
        int ancestor = pid;
        // Bounded, for pids that were given anew while they were read could make a circle.
        for (int i = 0; i < all.size() && all.containsKey(ancestor); i++) {
            ProcessStat.Kin member = all.get(ancestor).kin();
            if (workers.contains(ancestor)) {
                return Optional.of(ancestor);
            }
            if (workers.contains(member.group())) {
                return Optional.of(member.group());
            }
            if (workers.contains(member.session())) {
                return Optional.of(member.session());
            }
            ancestor = member.parent();
        }
        return Optional.empty();
    }

    /** Without zombies, which hold no descriptors. */
    private Map<Integer, ProcessStat> living() {
        Map<Integer, ProcessStat> all = new HashMap<>();
        for (Path process : ProcFiles.processes(proc)) {
            int pid = Integer.parseInt(process.getFileName().toString());
            ProcessStat.of(process).filter(stat -> !stat.dead()).ifPresent(stat -> all.put(pid, stat));
        }
        return all;
    }

    private Set<String> descriptors(int pid) {
        Set<String> targets = new HashSet<>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(proc.resolve(String.valueOf(pid)).resolve("fd"))) {
            boolean forbidden = false;
            for (Path entry : entries) {
                try {
                    targets.add(Files.readSymbolicLink(entry).toString());
                } catch (AccessDeniedException e) {
                    // With CAP_DAC_OVERRIDE alone, as root has in a container, the numbers are listed and nothing else.
                    forbidden = true;
                } catch (IOException closed) {
                    continue;
                }
            }
            note(pid, forbidden);
        } catch (NoSuchFileException ended) {
            note(pid, false);
        } catch (IOException | DirectoryIteratorException forbidden) {
            note(pid, true);
        }
        return targets;
    }

    private void note(int pid, boolean forbidden) {
        if (forbidden) {
            hidden.add(pid);
        } else {
            hidden.remove(pid);
        }
    }
}
