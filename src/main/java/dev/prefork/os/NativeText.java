package dev.prefork.os;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Strings as C wants them, in the encoding in which the JVM itself reads arguments, environment and file names. */
final class NativeText {
    private static final Charset CHARSET = charset(System.getProperty("sun.jnu.encoding", "UTF-8"));

    /** Where the low halves of surrogate pairs begin: a byte that cannot be read is this plus its value. */
    private static final char ESCAPE = Character.MIN_LOW_SURROGATE;

    private NativeText() {}

    /**
     * Containers often have no locale, and the JVM then says ASCII. Everything that was configured otherwise is UTF-8 in
     * such a container, and UTF-8 is the same for all that ASCII can say.
     */
    static Charset charset(String jvmEncoding) {
        if (!Charset.isSupported(jvmEncoding)) {
            return StandardCharsets.UTF_8;
        }
        Charset charset = Charset.forName(jvmEncoding);
        return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
    }

    /** The bytes of a text; those that {@link #text} could not read come out as they went in. */
    static byte[] bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isEscaped(text, i)) {
                bytes.writeBytes(text.substring(written, i).getBytes(CHARSET));
                bytes.write(text.charAt(i) - ESCAPE);
                written = i + 1;
            }
        }
        bytes.writeBytes(text.substring(written).getBytes(CHARSET));
        return bytes.toByteArray();
    }

    /**
     * The text that some bytes mean. To the kernel names and values are bytes, and any will do: those that mean nothing in
     * the encoding become halves of surrogate pairs, which no encoding produces, so that {@link #bytes} knows them again.
     */
    static String text(byte[] bytes, int from, int to) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        CharBuffer out = CharBuffer.allocate(to - from + 1);
        CharsetDecoder decoder = CHARSET.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + Byte.toUnsignedInt(in.get())));
            }
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }

    private static boolean isEscaped(String text, int index) {
        char c = text.charAt(index);
        boolean second = index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
        return c >= ESCAPE && c <= ESCAPE + 0xff && !second;
    }

    /** The string's bytes with C's terminating NUL. */
    static byte[] terminated(String text) {
        byte[] bytes = bytes(text);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /**
     * An array of pointers to C strings that ends with a null pointer, as execve(2) wants it. Pointers and strings share one
     * block: the block is all that has to stay reachable until the call returns.
     */
    static NativeMemory array(List<String> strings) {
        List<byte[]> terminated = strings.stream().map(NativeText::terminated).toList();
        int pointers = (strings.size() + 1) * Long.BYTES;
        int size =
                pointers + terminated.stream().mapToInt(bytes -> bytes.length).sum();
        NativeMemory block = NativeMemory.allocate(size);
        int offset = pointers;
        for (int i = 0; i < terminated.size(); i++) {
            byte[] bytes = terminated.get(i);
            block.putLong(i * Long.BYTES, block.address() + offset);
            block.put(offset, bytes);
            offset += bytes.length;
        }
        return block;
    }
}
