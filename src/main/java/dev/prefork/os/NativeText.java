package dev.prefork.os;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Strings as C wants them, in the encoding in which the JVM itself reads arguments, environment and file names. */
final class NativeText {
    private static final Charset CHARSET = charset(System.getProperty("sun.jnu.encoding", "UTF-8"));

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

    static byte[] bytes(String text) {
        return text.getBytes(CHARSET);
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, CHARSET);
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
    static Pointer array(Runtime runtime, List<String> strings) {
        List<byte[]> terminated = strings.stream().map(NativeText::terminated).toList();
        int pointers = (strings.size() + 1) * Long.BYTES;
        int size =
                pointers + terminated.stream().mapToInt(bytes -> bytes.length).sum();
        Pointer block = Memory.allocateDirect(runtime, size, true);
        int offset = pointers;
        for (int i = 0; i < terminated.size(); i++) {
            byte[] bytes = terminated.get(i);
            block.putLong((long) i * Long.BYTES, block.address() + offset);
            block.put(offset, bytes, 0, bytes.length);
            offset += bytes.length;
        }
        return block;
    }
}
