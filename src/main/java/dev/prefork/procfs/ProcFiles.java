package dev.prefork.procfs;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What /proc is made of: small files, and a directory for each process. */
final class ProcFiles {
    /** More than any stat or limits has. */
    private static final int BUFFER_SIZE = 2048;

    private static final Pattern PID = Pattern.compile("[1-9]\\d{0,9}");

    private ProcFiles() {}

    /**
     * In one read(2): the JDK reads a file whose size is said to be 0, as all of /proc are, byte by byte at first, and a
     * sysctl answers only at offset 0, so that 4096 would come out as 4. Empty when it cannot be read, or the process is
     * gone (ENOENT, or ESRCH between open and read).
     */
    static Optional<String> read(Path file) {
        try (InputStream in = new FileInputStream(file.toFile())) {
            byte[] buffer = new byte[BUFFER_SIZE];
            int length = in.read(buffer);
            return Optional.of(new String(buffer, 0, Math.max(0, length), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** All of one that may be longer than that; empty when it cannot be read. Not for a sysctl. */
    static Optional<String> readLong(Path file) {
        try (InputStream in = new FileInputStream(file.toFile())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER_SIZE];
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                all.write(buffer, 0, length);
            }
            return Optional.of(all.toString(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a link such as /proc/PID/fd/N points to; empty when it cannot be read, or is gone. */
    static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The directories of all processes; without /proc none, and the part that was listed is as good as any. */
    static List<Path> processes(Path proc) {
        List<Path> processes = new ArrayList<>();
        // A stream of paths would make one for each entry, and another for its name.
        String[] entries = proc.toFile().list();
        for (String entry : entries == null ? new String[0] : entries) {
            if (PID.matcher(entry).matches()) {
                processes.add(proc.resolve(entry));
            }
        }
        return processes;
    }
}
