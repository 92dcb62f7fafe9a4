package dev.prefork.library;

import java.io.ByteArrayOutputStream;
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
        int at = contentStart(encoded, 0);
        while (at >= 0 && at < encoded.length) {
            int start = contentStart(encoded, at);
            if (start < 0 || start > encoded.length) {
                return Optional.empty();
            }
            int end = start + contentLength(encoded, at, start);
            if (end > encoded.length || end < start) {
                return Optional.empty();
            }
            if ((encoded[at] & 0xff) == tag) {
                return Optional.of(Arrays.copyOfRange(encoded, start, end));
            }
            at = end;
        }
        return Optional.empty();
    }

    /** Where the content of the value at {@code at} begins; -1 if there is no room for a length. */
    private static int contentStart(byte[] encoded, int at) {
        if (at + 1 >= encoded.length) {
            return -1;
        }
        int first = encoded[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int contentLength(byte[] encoded, int at, int start) {
        int first = encoded[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = at + 2; i < start; i++) {
            length = length << 8 | encoded[i] & 0xff;
        }
        return length;
    }
}
