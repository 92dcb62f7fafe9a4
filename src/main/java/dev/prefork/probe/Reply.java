package dev.prefork.probe;

import dev.prefork.http.Response;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** The beginning of an HTTP/1 answer as it comes in. Not for several threads. */
final class Reply {
    /** No status line, and no interim answer before it, is as long as that. */
    static final int LONGEST = 16_384;

    private final ByteArrayOutputStream head = new ByteArrayOutputStream();

    /** Takes what is in the buffer, as far as it can matter. */
    void add(ByteBuffer arrived) {
        byte[] bytes = new byte[Math.min(arrived.remaining(), LONGEST - head.size())];
        arrived.get(bytes);
        head.writeBytes(bytes);
    }

    /** The final status once it is known: interim answers such as 103 Early Hints are passed over. */
    OptionalInt status() {
        return Response.status(head.toByteArray());
    }

    /** Whether no status can come any more: this is not HTTP/1, or there is no end to it. */
    boolean isHopeless() {
        return !Response.isPossible(head.toByteArray()) || head.size() >= LONGEST && status().isEmpty();
    }
}
