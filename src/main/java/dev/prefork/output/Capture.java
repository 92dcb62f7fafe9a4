package dev.prefork.output;

import dev.prefork.log.WorkerLines;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The two pipes for a worker that is about to be started, or nothing, where it inherits the master's streams. Closing gives up what the
 * worker has by then: the write ends, and without a worker the read ends too.
 *
 * <p>Threading: the master's thread.
 */
public final class Capture implements AutoCloseable {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /** What is to be done with a read end once the worker runs. */
    interface Reading {
        void begin(int pid, int fd, WorkerLines.Stream stream);
    }

    private final Posix posix;
    private final Reading reading;
    private final List<Integer> writeEnds = new ArrayList<>();
    private final List<Integer> readEnds = new ArrayList<>();

    private Capture(Posix posix, Reading reading) {
        this.posix = posix;
        this.reading = reading;
    }

    /** For a worker that inherits. */
    public static Capture none(Posix posix) {
        return new Capture(posix, (pid, fd, stream) -> {});
    }

    static Capture open(Posix posix, Reading reading) {
        Capture capture = new Capture(posix, reading);
        try {
            capture.openPipe();
            capture.openPipe();
            return capture;
        } catch (ErrnoException e) {
            capture.close();
            throw e;
        }
    }

    private void openPipe() {
        int[] ends = posix.pipe();
        readEnds.add(ends[0]);
        writeEnds.add(ends[1]);
    }

    /** The same start with these for its standard streams. */
    public SpawnRequest passedTo(SpawnRequest request) {
        if (writeEnds.isEmpty()) {
            return request;
        }
        List<SpawnRequest.Descriptor> descriptors = new ArrayList<>(request.descriptors());
        descriptors.add(new SpawnRequest.Descriptor(writeEnds.get(0), STDOUT));
        descriptors.add(new SpawnRequest.Descriptor(writeEnds.get(1), STDERR));
        return new SpawnRequest(request.executable(), request.arguments(), request.environment(), descriptors);
    }

    /** The worker runs as this process: from now on its streams are read. */
    public void startedAs(int pid) {
        if (!readEnds.isEmpty()) {
            reading.begin(pid, readEnds.get(0), WorkerLines.Stream.STDOUT);
            reading.begin(pid, readEnds.get(1), WorkerLines.Stream.STDERR);
            readEnds.clear();
        }
    }

    @Override
    public void close() {
        writeEnds.forEach(posix::close);
        readEnds.forEach(posix::close);
        writeEnds.clear();
        readEnds.clear();
    }
}
