package dev.prefork.procfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process, and whether a thread of it sleeps until a connection comes. For one look. */
final class WaitingProcess {
    /** What one look at a process says. */
    enum Sight {
        WAITS,
        OTHERWISE,
        /** Its system calls may not be seen, or are not known, and its descriptors prove nothing. */
        BLIND,
        /** Neither its system calls nor its descriptors may be seen. */
        HIDDEN
    }

    /** A line of /proc/PID/fdinfo/N for an epoll set, see proc_pid_fdinfo(5); the inode is missing before Linux 4.13. */
    private static final Pattern MEMBER =
            Pattern.compile("tfd:\\s*(\\d+) events:\\s*(\\p{XDigit}+)(.*ino:(\\p{XDigit}+))?");

    /** EPOLLIN and EPOLLRDNORM of epoll_ctl(2): Netty registers a listener first and asks for its events later. */
    private static final long READABLE = 0x41;

    /** POLLIN and POLLRDNORM of poll(2); the same numbers. */
    private static final int POLLED = 0x41;

    private static final int POLLFD_SIZE = 8;
    private static final int MOST_DESCRIPTORS = 1024;
    private static final int HEX = 16;

    private final Path process;
    private final SystemCalls calls;

    WaitingProcess(Path process, SystemCalls calls) {
        this.process = process;
        this.calls = calls;
    }

    /** Whether it waits for one of these sockets. */
    Sight look(Set<Long> inodes) {
        boolean blind = !calls.isKnown();
        for (Path thread : list("task").orElse(List.of())) {
            Optional<String> call = ProcFiles.read(thread.resolve("syscall"));
            // Forbidden (Yama, see ptrace(2)), or not known to this kernel; a thread that has ended says nothing.
            blind |= call.isEmpty() && Files.exists(thread);
            if (call.isPresent() && waits(call.get(), inodes)) {
                return Sight.WAITS;
            }
        }
        if (!blind) {
            return Sight.OTHERWISE;
        }
        Optional<List<Path>> descriptors = list("fd");
        if (descriptors.isEmpty()) {
            return Sight.HIDDEN;
        }
        for (Path each : descriptors.get()) {
            try {
                boolean isSet = Files.readSymbolicLink(each).toString().equals("anon_inode:[eventpoll]");
                if (isSet && isInSet(each.getFileName().toString(), inodes)) {
                    return Sight.WAITS;
                }
            } catch (AccessDeniedException forbidden) {
                // With CAP_DAC_OVERRIDE alone, as root has in a container, the numbers are listed and nothing else.
                return Sight.HIDDEN;
            } catch (IOException closed) {
                continue;
            }
        }
        return Sight.BLIND;
    }

    /** @param call {@code NUMBER ARG0 … ARG5 SP PC}, or {@code running}, or {@code -1 SP PC}; see proc_pid_syscall(5) */
    private boolean waits(String call, Set<Long> inodes) {
        String[] fields = call.strip().split(" ");
        if (fields.length < 7) {
            return false;
        }
        long first = Long.parseUnsignedLong(fields[1].substring(2), HEX);
        long second = Long.parseUnsignedLong(fields[2].substring(2), HEX);
        return switch (calls.kind(Integer.parseInt(fields[0]))) {
            case ACCEPT -> isListener((int) first, inodes);
            case EPOLL -> isInSet(Long.toString(first), inodes);
            case POLL -> isPolled(first, (int) second, inodes);
            case SELECT -> isSelected((int) first, second, inodes);
            case OTHER -> false;
        };
    }

    private boolean isInSet(String descriptor, Set<Long> inodes) {
        Matcher member = MEMBER.matcher(members(descriptor));
        while (member.find()) {
            // The number is that of the moment of epoll_ctl(2): it may be closed or another file's by now, the inode
            // not.
            boolean ours = member.group(4) == null
                    ? isListener(Integer.parseInt(member.group(1)), inodes)
                    : inodes.contains(Long.parseLong(member.group(4), HEX));
            if (ours && (Long.parseLong(member.group(2), HEX) & READABLE) != 0) {
                return true;
            }
        }
        return false;
    }

    /** A server has a line for each of its connections: longer than what one read(2) gives. */
    private String members(String descriptor) {
        try {
            return Files.readString(process.resolve("fdinfo").resolve(descriptor), StandardCharsets.ISO_8859_1);
        } catch (IOException closed) {
            return "";
        }
    }

    private boolean isPolled(long address, int count, Set<Long> inodes) {
        ByteBuffer polled = memory(address, Math.min(count, MOST_DESCRIPTORS) * POLLFD_SIZE);
        while (polled.remaining() >= POLLFD_SIZE) {
            int descriptor = polled.getInt();
            boolean reads = (polled.getShort() & POLLED) != 0;
            polled.getShort();
            if (reads && isListener(descriptor, inodes)) {
                return true;
            }
        }
        return false;
    }

    /** The bits are in words of the size of a long, so that in the bytes of a little-endian machine they are in order. */
    private boolean isSelected(int limit, long address, Set<Long> inodes) {
        int count = Math.min(limit, MOST_DESCRIPTORS);
        ByteBuffer set = memory(address, (count + Byte.SIZE - 1) / Byte.SIZE);
        for (int i = 0; i < Math.min(count, set.remaining() * Byte.SIZE); i++) {
            if ((set.get(i / Byte.SIZE) >> i % Byte.SIZE & 1) == 1 && isListener(i, inodes)) {
                return true;
            }
        }
        return false;
    }

    /** As far as it can be read: nothing where the page is gone, or reading is forbidden; see proc_pid_mem(5). */
    private ByteBuffer memory(long address, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(0, length)).order(ByteOrder.nativeOrder());
        if (address > 0 && length > 0) {
            try (FileChannel memory = FileChannel.open(process.resolve("mem"))) {
                memory.read(bytes, address);
            } catch (IOException unreadable) {
                bytes.clear().limit(0);
                return bytes;
            }
        }
        return bytes.flip();
    }

    private boolean isListener(int descriptor, Set<Long> inodes) {
        return ProcFiles.target(process.resolve("fd").resolve(Integer.toString(descriptor))).stream()
                .flatMapToLong(link -> Sockets.inode(link).stream())
                .anyMatch(inodes::contains);
    }

    /** Empty where it may not be listed; a process that is gone has nothing. */
    private Optional<List<Path>> list(String directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(process.resolve(directory))) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException ended) {
            return Optional.of(List.of());
        } catch (IOException | DirectoryIteratorException forbidden) {
            return Optional.empty();
        }
        return Optional.of(entries);
    }
}
