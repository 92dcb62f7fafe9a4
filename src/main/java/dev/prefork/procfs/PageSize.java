package dev.prefork.procfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The unit in which /proc counts a process' memory. Stateless; any thread. */
final class PageSize {
    /** That of x86-64, and of most kernels for aarch64, which may also be built with 16 or 64 KiB. */
    private static final long USUAL = 4096;

    /** AT_PAGESZ of include/uapi/linux/auxvec.h. */
    private static final long KEY = 6;

    private PageSize() {}

    /** As the kernel has told this process; see getauxval(3) and proc_pid_auxv(5). */
    static long of(Path proc) {
        try {
            ByteBuffer pairs = ByteBuffer.wrap(Files.readAllBytes(proc.resolve(Path.of("self", "auxv"))))
                    .order(ByteOrder.nativeOrder());
            while (pairs.remaining() >= 2 * Long.BYTES) {
                long key = pairs.getLong();
                long value = pairs.getLong();
                if (key == KEY && value > 0) {
                    return value;
                }
            }
        } catch (IOException hidden) {
            return USUAL;
        }
        return USUAL;
    }
}
