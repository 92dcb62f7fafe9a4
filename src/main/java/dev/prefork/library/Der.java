package dev.prefork.library;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** As much of DER (X.690) as it takes to wrap one kind of key in another. */
final class Der {
    static final int SEQUENCE = 0x30;
    static final int OCTET_STRING = 0x04;

    private Der() {}

    /** One value: the tag, the length, and the parts one after the other. */
    static byte[] encode(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** The content of the first member with this tag of the sequence that {@code encoded} is. */
    static Optional<byte[]> find(byte[] encoded, int tag) {
        try {
            ByteBuffer members = content(ByteBuffer.wrap(encoded));
            while (members.hasRemaining()) {
                int found = members.get(members.position()) & 0xff;
                ByteBuffer content = content(members);
                if (found == tag) {
                    byte[] bytes = new byte[content.remaining()];
                    content.get(bytes);
                    return Optional.of(bytes);
                }
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            // Cut off, or longer than it can be.
        }
        return Optional.empty();
    }

    /** The content of the value that begins at the buffer's position, which moves behind it. */
    private static ByteBuffer content(ByteBuffer from) {
        from.get();
        int length = from.get() & 0xff;
        if (length >= 0x80) {
            int bytes = length & 0x7f;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | from.get() & 0xff;
            }
        }
        ByteBuffer content = from.slice(from.position(), length);
        from.position(from.position() + length);
        return content;
    }
}
