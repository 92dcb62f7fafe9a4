package dev.prefork.quarkus.master;

import dev.prefork.quarkus.master.RequestHead.RefusedException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the end of a request's head in what has arrived so far, line by line, and refuses what no line may contain as soon as
 * it is there. Looks at each byte once.
 *
 * <p>Threading: one thread.
 */
final class HeadReader {
    private final PortLimits limits;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private int bytes;
    private boolean carriageReturn;

    HeadReader(PortLimits limits) {
        this.limits = limits;
    }

    /** Whether a request has begun. */
    boolean hasBegun() {
        return bytes > 0;
    }

    /** Takes what belongs to the head; empty when there must be more of it. */
    Optional<RequestHead> read(ByteBuf in) throws RefusedException {
        while (in.isReadable()) {
            char next = (char) in.readUnsignedByte();
            bytes++;
            if (bytes > limits.headBytes()) {
                throw new RefusedException(
                        "431 Request Header Fields Too Large", "a head of more than " + limits.headBytes() + " bytes");
            }
            if (next == '\n' ? !carriageReturn : carriageReturn) {
                throw RefusedException.malformed("a line that does not end in CR LF");
            }
            carriageReturn = next == '\r';
            if (next == '\n' && endsHead()) {
                RequestHead head = RequestHead.of(lines, limits.bodyBytes());
                begin();
                return Optional.of(head);
            } else if (next != '\n' && !carriageReturn) {
                take(next);
            }
        }
        return Optional.empty();
    }

    private boolean endsHead() {
        boolean end = line.length() == 0;
        if (!end) {
            lines.add(line.toString());
            line.setLength(0);
        }
        // An empty line before a request is ignored, once: section 2.2 of RFC 9112.
        return end && !lines.isEmpty();
    }

    private void take(char next) throws RefusedException {
        if (next < ' ' && next != '\t' || next == 0x7f) {
            throw RefusedException.malformed("a control character");
        }
        line.append(next);
        if (lines.isEmpty() && line.length() > limits.lineBytes()) {
            throw new RefusedException(
                    "414 URI Too Long", "a request line of more than " + limits.lineBytes() + " bytes");
        }
    }

    private void begin() {
        lines.clear();
        bytes = 0;
    }

    /** As it came, but for what was left out. */
    static byte[] bytes(RequestHead head) {
        return (String.join("\r\n", head.lines()) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
