package dev.prefork.control;

import dev.prefork.os.Peer;
import dev.prefork.os.Posix;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A real server in this process, whose steering a test can exchange. */
final class RunningServer implements AutoCloseable {
    private static final AtomicLong NEXT = new AtomicLong();

    final Posix posix = Posix.system();
    final Queue<String> warnings = new ConcurrentLinkedQueue<>();
    final Queue<Request> asked = new ConcurrentLinkedQueue<>();
    final ControlAddress address = new ControlAddress(posix.getpid(), NEXT.incrementAndGet());
    volatile Steering steering = (request, asker) -> Course.of(Answer.done(Map.of("word", request.word())));
    private final ControlServer server;

    RunningServer() {
        this(Access.FULL, Limits.USUAL);
    }

    RunningServer(Access access, Limits limits) {
        this(access, limits, Posix.system());
    }

    /** @param servers what the server calls the kernel by */
    RunningServer(Access access, Limits limits, Posix servers) {
        ControlServer.Desk desk =
                new ControlServer.Desk(access, new Admission(posix.geteuid(), warnings::add), this::begin);
        server = ControlServer.begin(servers, limits, desk, address);
    }

    private Course begin(Request request, Peer asker) {
        asked.add(request);
        return steering.begin(request, asker);
    }

    static Limits patient(Duration patience) {
        return new Limits(
                Limits.USUAL.clients(),
                Limits.USUAL.followers(),
                Limits.USUAL.start(),
                patience,
                Limits.USUAL.unread());
    }

    RawClient connect() {
        return new RawClient(posix, address);
    }

    /** A whole conversation. */
    List<Answer.Received> ask(Request request) {
        List<Answer.Received> answers = new java.util.ArrayList<>();
        try (RawClient client = connect().ask(request)) {
            for (var next = client.next(); next.isPresent(); next = client.next()) {
                answers.add(next.get());
            }
        }
        return answers;
    }

    /** Fails unless a client is answered. */
    void assertServes() {
        org.assertj.core.api.Assertions.assertThat(ask(new Request.Status()))
                .singleElement()
                .satisfies(answer -> org.assertj.core.api.Assertions.assertThat(answer.kind())
                        .isEqualTo(Answer.Kind.DONE));
    }

    @Override
    public void close() {
        server.close();
    }
}
