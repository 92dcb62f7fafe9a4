package dev.prefork.bootcache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Numbers by which contents are told apart: against accidents, not against an enemy, who cannot write into the directory. Both
 * are intrinsics of the JVM, even before anything is compiled, and need no provider of digests.
 */
final class Sums {
    private Sums() {}

    static String of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return hex(new CRC32(), bytes) + hex(new CRC32C(), bytes);
    }

    private static String hex(Checksum sum, byte[] bytes) {
        sum.update(bytes, 0, bytes.length);
        return hex(sum);
    }

    static String of(Path file) throws IOException {
        CRC32 sum = new CRC32();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                sum.update(buffer.flip());
                buffer.clear();
            }
        }
        return hex(sum);
    }

    private static String hex(Checksum sum) {
        return "%08x".formatted(sum.getValue());
    }
}
