package dev.prefork.it.hostile;

import java.nio.ByteBuffer;
import java.util.List;

/** Frames of HTTP/2, by hand: see section 4.1 of RFC 9113. */
final class Http2 {
    private static final int HEADER = 9;

    private Http2() {}

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(HEADER + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] joined(List<byte[]> parts) {
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }
}
