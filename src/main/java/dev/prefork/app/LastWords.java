package dev.prefork.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * The reason of an end, for which there may be no memory by then: it is made, and left for Kubernetes, when the error came, and the
 * last line is written without the log and without an allocation.
 *
 * <p>Threading: any thread.
 */
final class LastWords {
    private final OutputStream err;
    private volatile byte[] line = {};

    LastWords(OutputStream err) {
        this.err = err;
    }

    /** Of this process. */
    static LastWords onStandardError() {
        return new LastWords(new FileOutputStream(FileDescriptor.err));
    }

    /** Makes the line; tried again where even now there is no memory for it. */
    void prepare(String reason) {
        line = ("prefork: " + reason + "\n").getBytes(StandardCharsets.UTF_8);
        TerminationMessage.of(reason).leave();
    }

    /**
     * Does what says it with all details, and writes what was prepared if there is no memory for that.
     *
     * @param details whether it has been written; the log's own thread may be out of memory, too
     */
    void say(BooleanSupplier details) {
        if (!isSaid(details)) {
            writePrepared();
        }
    }

    private static boolean isSaid(BooleanSupplier details) {
        try {
            return details.getAsBoolean();
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    private void writePrepared() {
        try {
            err.write(line);
        } catch (IOException e) {
            // Standard error is closed, and there is no other place.
            return;
        }
    }
}
