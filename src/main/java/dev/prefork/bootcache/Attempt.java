package dev.prefork.bootcache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The mark of an attempt to make an archive: an empty file that is locked until the attempt ends, and removed then. One that is there
 * without a lock tells that the master was killed meanwhile, such as with its whole container by the OOM killer (memory.oom.group in
 * the kernel's cgroup-v2 document), which the next attempt would repeat. The kernel releases the lock of a process that ends, however it
 * ends (F_SETLK in fcntl(2)).
 *
 * <p>Threading: closed by the thread that made it.
 */
final class Attempt implements AutoCloseable {
    static final String KIND = "busy";

    private final Path mark;
    private final FileChannel channel;

    private Attempt(Path mark, FileChannel channel) {
        this.mark = mark;
        this.channel = channel;
    }

    /**
     * Begins one.
     *
     * @param made a name that nothing looks for: the mark gets its own once it is locked
     */
    static Attempt begin(Path made, Path mark) throws IOException {
        FileChannel channel = FileChannel.open(made, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            channel.lock();
            Files.move(made, mark, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Where files cannot be locked there is no mark.
            CacheDirectory.remove(made);
        }
        return new Attempt(mark, channel);
    }

    /**
     * Whether no process holds the lock any more; false if that is not known. Asks with a shared lock: an exclusive one would tell
     * another master that asks at the same moment of an attempt.
     */
    static boolean isDead(Path mark) {
        try (FileChannel other = FileChannel.open(mark, StandardOpenOption.READ);
                FileLock lock = other.tryLock(0, Long.MAX_VALUE, true)) {
            return lock != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        CacheDirectory.remove(mark);
        channel.close();
    }
}
