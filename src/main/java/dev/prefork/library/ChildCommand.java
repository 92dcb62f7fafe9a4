package dev.prefork.library;

import dev.prefork.library.Failure.Kind;
import dev.prefork.master.LaunchFailedException;
import dev.prefork.master.Program;
import dev.prefork.master.WorkerProcess;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The start of one child, which a producer may change.
 *
 * <p>Threading: on the master's thread.
 */
public final class ChildCommand {
    private final Posix posix;
    private final WorkerProcess process;
    private final int slot;
    private final Program self;
    private OptionalInt pid = OptionalInt.empty();

    /** Starts the command that it is given, and returns it. */
    @FunctionalInterface
    public interface Producer {

        /**
         * @throws Failure of the kind LAUNCH when this one child could not be started
         * @throws Exception anything else ends the master
         */
        ChildCommand produce(ChildCommand command) throws Exception;
    }

    ChildCommand(Posix posix, WorkerProcess process, int slot, Program self) {
        this.posix = posix;
        this.process = process;
        this.slot = slot;
        this.self = self;
    }

    public int slot() {
        return slot;
    }

    /** This program, as it is started if nothing is changed. */
    public Program self() {
        return self;
    }

    /** The child's pid, once it is started. */
    public OptionalInt pid() {
        return pid;
    }

    public ChildCommand start(Program program, Map<String, String> variables) {
        if (pid.isPresent()) {
            throw new IllegalStateException("the command was already started, as pid " + pid.getAsInt());
        }
        try {
            pid = OptionalInt.of(process.launch(slot, program, variables));
            return this;
        } catch (LaunchFailedException e) {
            throw new Failure(Kind.LAUNCH, e.getMessage(), e);
        } catch (ErrnoException e) {
            throw Failure.of(e);
        }
    }

    /** The pid of the child. A producer that fails after the start must not leave an unknown child behind. */
    int producedBy(Producer producer) throws LaunchFailedException {
        boolean known = false;
        try {
            ChildCommand produced = producer.produce(this);
            if (produced == null) {
                throw new Failure(
                        Kind.NO_COMMAND,
                        "the command producer returned no command; it must return the command it was given, started");
            }
            if (produced != this || pid.isEmpty()) {
                throw new Failure(
                        Kind.COMMAND_NOT_STARTED,
                        "the command producer returned a command that has not been started; it must call start()");
            }
            known = true;
            return pid.getAsInt();
        } catch (Failure failure) {
            if (failure.kind() == Kind.LAUNCH) {
                throw new LaunchFailedException(failure.getMessage(), failure);
            }
            throw failure;
        } catch (Exception | LinkageError | AssertionError e) {
            throw new Failure(Kind.PRODUCER, "the command producer failed: " + e, e);
        } finally {
            if (!known && pid.isPresent()) {
                posix.killGroup(pid.getAsInt(), Signal.KILL);
                posix.reapWaiting(pid.getAsInt());
            }
        }
    }
}
