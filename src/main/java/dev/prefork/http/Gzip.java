package dev.prefork.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** The content coding gzip, RFC 9110, 8.4.1.3. Any thread. */
public final class Gzip {
    private Gzip() {}

    /** All at once. */
    public static byte[] zip(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 8 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }
}
