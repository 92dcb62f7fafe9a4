package dev.prefork.quarkus.master.early;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * One client: a request, its answer, the end. What it sends is kept up to the size of a head, and each step has a time limit.
 * For the one thread of the port.
 */
final class EarlyConnection {
    /** As the limits that Quarkus has in a master by default. */
    static final int MOST_BYTES = 8192;

    static final Duration REQUEST = Duration.ofSeconds(5);

    /** A close with bytes unread is a reset, which would take the answer from the client: see RFC 9112, section 9.6. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final int FIRST_BYTES = 1024;

    private static final Logger LOG = Logger.getLogger(EarlyConnection.class);

    private enum State {
        READING,
        WRITING,
        LINGERING
    }

    private final SocketChannel channel;
    private final Function<EarlyRequest, EarlyAnswer> answers;
    private State state = State.READING;
    private ByteBuffer received = ByteBuffer.allocate(FIRST_BYTES);
    private ByteBuffer answer;
    private long deadline;

    EarlyConnection(SocketChannel channel, Function<EarlyRequest, EarlyAnswer> answers, long now) {
        this.channel = channel;
        this.answers = answers;
        deadline = now + REQUEST.toNanos();
    }

    /** When it is ended, on the system's monotonic clock, should it not have ended by then. */
    long deadline() {
        return deadline;
    }

    /** Whether it has been waited for: one that is answered leaves by itself. */
    boolean isReading() {
        return state == State.READING;
    }

    /**
     * Does what can be done without waiting.
     *
     * @return what to wait for, an operation of {@link SelectionKey}; 0 when it is over
     */
    int proceed(long now) throws IOException {
        if (state == State.READING && !read(now)) {
            return state == State.READING ? SelectionKey.OP_READ : 0;
        }
        if (state == State.WRITING && !write(now)) {
            return SelectionKey.OP_WRITE;
        }
        return drain() ? SelectionKey.OP_READ : 0;
    }

    /** Whether there is an answer now. */
    private boolean read(long now) throws IOException {
        int read;
        while ((read = channel.read(received)) > 0) {
            Optional<String> head = EarlyRequest.head(received.array(), received.position());
            if (head.isPresent()) {
                answer(EarlyRequest.parse(head.get()), now);
                return true;
            }
            if (received.position() == MOST_BYTES) {
                send(EarlyAnswer.refused("431 Request Header Fields Too Large").bytes(false), now);
                return true;
            }
            if (!received.hasRemaining()) {
                int size = Math.min(MOST_BYTES, 2 * received.capacity());
                received =
                        ByteBuffer.wrap(Arrays.copyOf(received.array(), size)).position(received.position());
            }
        }
        if (read < 0) {
            state = State.LINGERING;
        }
        return false;
    }

    private void answer(Optional<EarlyRequest> request, long now) {
        EarlyAnswer said = request.map(this::answer).orElseGet(() -> EarlyAnswer.refused("400 Bad Request"));
        send(said.bytes(request.filter(EarlyRequest::isHead).isPresent()), now);
    }

    /** An exception is this request's own, as in Quarkus; an error is the master's end. */
    private EarlyAnswer answer(EarlyRequest request) {
        try {
            return answers.apply(request);
        } catch (RuntimeException e) {
            LOG.error("a request to the management interface could not be answered", e);
            return EarlyAnswer.refused("500 Internal Server Error");
        }
    }

    private void send(byte[] bytes, long now) {
        answer = ByteBuffer.wrap(bytes);
        state = State.WRITING;
        deadline = now + REQUEST.toNanos();
    }

    private boolean write(long now) throws IOException {
        channel.write(answer);
        if (answer.hasRemaining()) {
            return false;
        }
        channel.shutdownOutput();
        state = State.LINGERING;
        deadline = now + LINGER.toNanos();
        return true;
    }

    /** Whether more may come. One read a turn: a client that sends without end would else keep the thread from all others. */
    private boolean drain() throws IOException {
        received.clear();
        return channel.read(received) >= 0;
    }
}
