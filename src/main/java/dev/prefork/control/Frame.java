package dev.prefork.control;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * How messages are told apart: the length of each as four bytes, the highest first, and then its text in UTF-8. One reads what arrives
 * in any pieces, up to a limit, and keeps no more than has arrived. Not thread-safe.
 */
final class Frame {
    static final int HEADER = Integer.BYTES;

    private static final int FIRST_SIZE = 512;

    private final int longest;
    private byte[] arrived = new byte[FIRST_SIZE];
    private int size;

    /** @param longest text that is taken, in bytes */
    Frame(int longest) {
        this.longest = longest;
    }

    static byte[] of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /** Takes in what has arrived. */
    void add(byte[] bytes, int length) {
        if (size + length > arrived.length) {
            arrived = Arrays.copyOf(arrived, Math.max(size + length, 2 * arrived.length));
        }
        System.arraycopy(bytes, 0, arrived, size, length);
        size += length;
    }

    /**
     * The next text, if all of it has arrived.
     *
     * @throws BadMessageException if it is too long, or not a text
     */
    Optional<String> next() {
        if (size < HEADER) {
            return Optional.empty();
        }
        int length = ByteBuffer.wrap(arrived).getInt();
        if (length < 1 || length > longest) {
            throw new BadMessageException(
                    "a message has 1 to " + longest + " bytes, not " + Integer.toUnsignedString(length));
        }
        int end = HEADER + length;
        if (size < end) {
            return Optional.empty();
        }
        String text = text(ByteBuffer.wrap(arrived, HEADER, length));
        System.arraycopy(arrived, end, arrived, 0, size - end);
        size -= end;
        return Optional.of(text);
    }

    private static String text(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new BadMessageException("a message must be UTF-8");
        }
    }
}
