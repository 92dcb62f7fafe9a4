package dev.prefork.quarkus.master.page;

import dev.prefork.http.Gzip;
import io.vertx.core.buffer.Buffer;

/** A body in both of its forms, each made once however many are sent it. Any thread. */
final class Zipped {
    private final byte[] bytes;
    private final Buffer plain;
    private Buffer zipped;

    Zipped(byte[] bytes) {
        this.bytes = bytes;
        plain = Buffer.buffer(bytes);
    }

    boolean isOf(byte[] others) {
        return bytes == others;
    }

    Buffer plain() {
        return plain;
    }

    synchronized Buffer zipped() {
        if (zipped == null) {
            zipped = Buffer.buffer(Gzip.zip(bytes));
        }
        return zipped;
    }
}
