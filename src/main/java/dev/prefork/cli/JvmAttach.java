package dev.prefork.cli;

import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Asks a HotSpot JVM for its threads by its attach protocol, as jcmd does, which a JRE lacks: a file that the JVM looks for when it gets
 * SIGQUIT makes it listen on a unix socket (attachListener_posix.cpp), and there a command is answered. Stateless.
 */
final class JvmAttach {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration TO_LISTEN = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int AT_ONCE = 1 << 16;

    /** Version of the protocol, command, and three arguments that are empty, each ended by a NUL. */
    private static final byte[] COMMAND = "1\0threaddump\0\0\0\0".getBytes(StandardCharsets.US_ASCII);

    private JvmAttach() {}

    /**
     * What the JVM answers.
     *
     * @param proc where the kernel tells of processes
     * @throws IOException if it cannot be asked, or does not answer; the message says why, to stand in brackets
     */
    static String threadDump(Posix posix, Path proc, int pid) throws IOException {
        Path process = proc.resolve(Integer.toString(pid));
        requireHotSpot(process);
        // The JVM's own, whose root may be another than this process'.
        Path temporary = process.resolve("root/tmp");
        Path socket = temporary.resolve(".java_pid" + pid);
        try {
            if (!Files.exists(socket)) {
                listen(posix, pid, temporary, socket);
            }
            return text(exchange(posix, socket));
        } catch (ErrnoException e) {
            throw new IOException("its socket " + socket + ": " + e.reason(), e);
        }
    }

    /** A native executable takes no file for a question, and writes its threads down at once. */
    private static void requireHotSpot(Path process) throws IOException {
        try (Stream<String> maps = Files.lines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            if (maps.noneMatch(line -> line.endsWith("/libjvm.so"))) {
                throw new IOException("it does not run on HotSpot");
            }
        }
    }

    private static void listen(Posix posix, int pid, Path temporary, Path socket) throws IOException {
        if (!Files.isWritable(temporary)) {
            throw new IOException("its /tmp cannot be written");
        }
        Path request = temporary.resolve(".attach_pid" + pid);
        try {
            Files.createFile(request);
        } catch (FileAlreadyExistsException another) {
            // Another process is asking it, or has died before it could clean up.
        }
        try {
            posix.kill(pid, Signal.QUIT);
            long end = System.nanoTime() + TO_LISTEN.toNanos();
            while (!Files.exists(socket)) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException("it does not listen; does it run with -XX:+DisableAttachMechanism?");
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } finally {
            Files.deleteIfExists(request);
        }
    }

    private static byte[] exchange(Posix posix, Path socket) throws IOException {
        Endpoint endpoint = new Endpoint.Unix(socket.toString());
        int fd = posix.streamSocket(endpoint);
        try {
            posix.connect(fd, endpoint);
            posix.send(fd, COMMAND);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] buffer = new byte[AT_ONCE];
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                long left = Math.max(0, end - System.nanoTime());
                if (posix.awaitReadable(OptionalLong.of(left), List.of(fd)).isEmpty()) {
                    throw new IOException("no answer within " + PATIENCE.toSeconds() + " s");
                }
                int count = posix.read(fd, buffer);
                if (count == 0) {
                    return answer.toByteArray();
                }
                answer.write(buffer, 0, count);
            }
        } finally {
            posix.close(fd);
        }
    }

    /** The first line is a number, 0 if it went well. */
    private static String text(byte[] answer) throws IOException {
        String text = new String(answer, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end < 0 || !text.substring(0, end).equals("0")) {
            throw new IOException("it answers " + (end < 0 ? "nothing" : text.substring(0, end)));
        }
        return text.substring(end + 1);
    }
}
