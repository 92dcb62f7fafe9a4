package dev.prefork.os;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import jnr.constants.platform.Errno;

/**
 * posix_spawn(3) such that nothing of ours reaches the child but what the request names: signal mask empty, all signals at
 * their defaults (JVM threads block some, the JVM ignores SIGPIPE, and both would survive the exec), no descriptor beyond
 * those asked for, and a session of its own, with a process group of its own in it: no process can move into the group of
 * another session, and a session's leader cannot leave its group; see EPERM in setpgid(2). Stateless; any thread may call.
 */
final class Spawner {
    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;

    /** Of glibc 2.26. Not with SETPGROUP (0x02): a leader of a session has its group already, and setpgid(2) is EPERM. */
    private static final int SETSID = 0x80;

    /** Opaque structures with room to spare: glibc needs 336 bytes for the attributes and 80 for the actions. */
    private static final int ATTRIBUTES_SIZE = 1024;

    private static final int ACTIONS_SIZE = 512;

    private final Libc libc;
    private final ErrnoGuard guard;

    Spawner(Libc libc, ErrnoGuard guard) {
        this.libc = libc;
        this.guard = guard;
    }

    /** Starts the process; {@code duplicateAbove} makes a close-on-exec copy of a descriptor above all targets. */
    int spawn(SpawnRequest request, IntUnaryOperator duplicateAbove) {
        rejectNul(request);
        List<Integer> copies = new ArrayList<>();
        try {
            List<SpawnRequest.Descriptor> descriptors = new ArrayList<>();
            for (SpawnRequest.Descriptor descriptor : request.descriptors()) {
                descriptors.add(
                        overwritten(descriptor, request) ? copied(descriptor, duplicateAbove, copies) : descriptor);
            }
            return start(request, descriptors);
        } finally {
            copies.forEach(libc::close);
        }
    }

    /** Duplications happen one after the other, so a source that is also the target of another one could be gone by its turn. */
    private static boolean overwritten(SpawnRequest.Descriptor descriptor, SpawnRequest request) {
        return request.descriptors().stream()
                .anyMatch(other -> other.target() == descriptor.source() && !other.equals(descriptor));
    }

    private static SpawnRequest.Descriptor copied(
            SpawnRequest.Descriptor descriptor, IntUnaryOperator duplicateAbove, List<Integer> copies) {
        int copy = duplicateAbove.applyAsInt(descriptor.source());
        copies.add(copy);
        return new SpawnRequest.Descriptor(copy, descriptor.target());
    }

    private int start(SpawnRequest request, List<SpawnRequest.Descriptor> descriptors) {
        int[] pid = new int[1];
        NativeMemory arguments = NativeText.array(request.arguments());
        NativeMemory environment = NativeText.array(request.environment());
        byte[] path = NativeText.terminated(request.executable());
        NativeMemory attributes = NativeMemory.allocate(ATTRIBUTES_SIZE);
        NativeMemory actions = NativeMemory.allocate(ACTIONS_SIZE);
        check("posix_spawnattr_init", () -> libc.posix_spawnattr_init(attributes));
        try {
            set(attributes);
            check("posix_spawn_file_actions_init", () -> libc.posix_spawn_file_actions_init(actions));
            try {
                arrange(actions, descriptors, request.closedFrom());
                guard.callReturningErrno(
                        "posix_spawn",
                        () -> libc.posix_spawn(pid, path, actions, attributes, arguments, environment),
                        request.executable());
                return pid[0];
            } finally {
                libc.posix_spawn_file_actions_destroy(actions);
            }
        } finally {
            libc.posix_spawnattr_destroy(attributes);
            Reference.reachabilityFence(arguments);
            Reference.reachabilityFence(environment);
        }
    }

    /** C would silently cut the string at the NUL. */
    private static void rejectNul(SpawnRequest request) {
        if (request.executable().indexOf(0) >= 0
                || request.arguments().stream().anyMatch(s -> s.indexOf(0) >= 0)
                || request.environment().stream().anyMatch(s -> s.indexOf(0) >= 0)) {
            throw new ErrnoException("posix_spawn", Errno.EINVAL, request.executable(), "a NUL character in a string");
        }
    }

    private void set(NativeMemory attributes) {
        check(
                "posix_spawnattr_setflags",
                () -> libc.posix_spawnattr_setflags(attributes, (short) (SETSID | SETSIGDEF | SETSIGMASK)));
        NativeMemory none = NativeMemory.allocate(Libc.SIGSET_SIZE);
        check("posix_spawnattr_setsigmask", () -> libc.posix_spawnattr_setsigmask(attributes, none));
        // Every bit, where sigfillset(3) would leave out the two signals glibc keeps to itself.
        NativeMemory all = NativeMemory.allocate(Libc.SIGSET_SIZE);
        all.fill(Libc.SIGSET_SIZE, (byte) 0xff);
        check("posix_spawnattr_setsigdefault", () -> libc.posix_spawnattr_setsigdefault(attributes, all));
        Reference.reachabilityFence(none);
        Reference.reachabilityFence(all);
    }

    private void arrange(NativeMemory actions, List<SpawnRequest.Descriptor> descriptors, int closedFrom) {
        for (SpawnRequest.Descriptor descriptor : descriptors) {
            // Source and target may be the same: glibc then clears close-on-exec, which dup2(2) would not.
            check(
                    "posix_spawn_file_actions_adddup2",
                    () -> libc.posix_spawn_file_actions_adddup2(actions, descriptor.source(), descriptor.target()));
        }
        for (int fd = SpawnRequest.FIRST_EXTRA; fd < closedFrom; fd++) {
            int gap = fd;
            if (descriptors.stream().noneMatch(descriptor -> descriptor.target() == gap)) {
                // Closing what is not open is not an error to posix_spawn(3).
                check("posix_spawn_file_actions_addclose", () -> libc.posix_spawn_file_actions_addclose(actions, gap));
            }
        }
        // close-on-exec alone would not do: the JDK does not set it on everything it opens.
        check(
                "posix_spawn_file_actions_addclosefrom_np",
                () -> libc.posix_spawn_file_actions_addclosefrom_np(actions, closedFrom));
    }

    private void check(String call, IntSupplier attempt) {
        guard.callReturningErrno(call, attempt);
    }
}
