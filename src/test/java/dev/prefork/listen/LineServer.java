package dev.prefork.listen;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.handoff.Handoff;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A foreign worker on an inherited listener: it reads a line of each connection, answers with its pid and closes it. After
 * TERM it finishes the connection it has and ends.
 */
final class LineServer {
    private static final String HEAD = """
            import os, select, signal, socket
            listener = socket.socket(fileno=3)
            """;

    private static final String BODY = """
            stop = []
            signal.signal(signal.SIGTERM, lambda number, frame: stop.append(1))
            print('listening', flush=True)
            while not stop:
                if not select.select([listener], [], [], 0.05)[0]:
                    continue
                try:
                    connection, _ = listener.accept()
                except BlockingIOError:
                    continue
                with connection:
                    connection.settimeout(60)
                    if connection.recv(100):
                        connection.sendall(b'%d\\n' % os.getpid())
            """;

    private LineServer() {}

    /** Starts one and waits until it serves; skips the test on a machine without Python 3. */
    static TestChild start(Handoff handoff, int slot) {
        TestChild worker = python(handoff, slot, HEAD + BODY);
        worker.readLine();
        return worker;
    }

    /** Runs a statement that may use {@code listener}. */
    static TestChild run(Handoff handoff, String statement) {
        return python(handoff, 0, HEAD + statement);
    }

    private static TestChild python(Handoff handoff, int slot, String program) {
        Optional<String> python = TestChild.python();
        assumeTrue(python.isPresent(), "this machine has no python3");
        return TestChild.start(
                List.of(python.get(), "-c", program),
                Map.of(),
                handoff.descriptors(slot).toArray(SpawnRequest.Descriptor[]::new));
    }
}
