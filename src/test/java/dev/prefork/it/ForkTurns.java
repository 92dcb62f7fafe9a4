package dev.prefork.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Lets the forks of a build run a test class each at the same time, except beside a class that is {@link Alone}. Each class
 * holds a lock on a file while it runs, shared or exclusive. One that waits for its lock holds the queue's, so that an
 * exclusive lock is not waited for longer than the other forks take for the class that they are at.
 *
 * <p>The time spent waiting is before the class begins, so no timeout of a test has it. Found by JUnit's launcher, which calls
 * it on one thread.
 */
public final class ForkTurns implements TestExecutionListener {
    private static final Path PLACE = Path.of("target/fork-turns");

    private String running = "";
    private FileChannel turn;

    @Override
    public void executionStarted(TestIdentifier identifier) {
        Optional<Class<?>> test = testClass(identifier);
        if (turn == null && test.isPresent()) {
            try {
                turn = await(test.get().isAnnotationPresent(Alone.class));
                running = identifier.getUniqueId();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (turn != null && running.equals(identifier.getUniqueId())) {
            try {
                turn.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                turn = null;
            }
        }
    }

    private static FileChannel await(boolean alone) throws IOException {
        Files.createDirectories(PLACE);
        FileChannel channel = open("turn");
        try (FileChannel queue = open("queue");
                FileLock place = queue.lock()) {
            FileLock lock = channel.lock(0, Long.MAX_VALUE, !alone);
            if (!place.isValid() || !lock.isValid()) {
                throw new IOException("a lock in " + PLACE + " has gone at once");
            }
        }
        return channel;
    }

    private static FileChannel open(String name) throws IOException {
        return FileChannel.open(
                PLACE.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static Optional<Class<?>> testClass(TestIdentifier identifier) {
        return identifier
                .getSource()
                .filter(source -> identifier.isContainer())
                .filter(ClassSource.class::isInstance)
                .map(source -> ((ClassSource) source).getJavaClass());
    }
}
