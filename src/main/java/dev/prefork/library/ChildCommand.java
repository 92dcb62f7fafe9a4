package dev.prefork.library;

import dev.prefork.handoff.WorkerEnvironment;
import dev.prefork.library.Failure.Kind;
import dev.prefork.master.LaunchFailedException;
import dev.prefork.master.Program;
import dev.prefork.master.WorkerProcess;
import dev.prefork.notify.NotifySocket;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import jnr.constants.platform.Errno;

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
    private Optional<NotifySocket> socket = Optional.empty();

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

    /** The name again, unless Prefork itself sets the variable. */
    public static String requireFree(String name) {
        if (WorkerEnvironment.owns(name)) {
            throw new Failure(
                    Kind.RESERVED_VARIABLE,
                    "the variable " + name + " cannot be set for a child, because Prefork itself tells it something in"
                            + " it; use another name");
        }
        return name;
    }

    /** All variables that the child has to be given. */
    public Map<String, String> environment(Program program, Map<String, String> variables) {
        return process.request(socket(), program, variables).environment().stream()
                .map(entry -> entry.split("=", 2))
                .collect(Collectors.toUnmodifiableMap(entry -> entry[0], entry -> entry[1], (one, same) -> one));
    }

    /** All descriptors that the child has to be given: its number to that of this process. */
    public Map<Integer, Integer> descriptors(Program program, Map<String, String> variables) {
        return process.request(socket(), program, variables).descriptors().stream()
                .collect(
                        Collectors.toUnmodifiableMap(SpawnRequest.Descriptor::target, SpawnRequest.Descriptor::source));
    }

    /** Takes over a child that was started in another way. */
    public ChildCommand adopt(int started) {
        requireNotStarted();
        try {
            // Throws unless it is a child of this process that nothing has reaped; see ECHILD in waitid(2).
            posix.hasEnded(started);
            process.started(socket(), started);
            pid = OptionalInt.of(started);
            return this;
        } catch (ErrnoException e) {
            throw new Failure(
                    Kind.LAUNCH,
                    "pid " + started + " is not a child of this process, or was reaped by other code of it already",
                    e);
        }
    }

    private NotifySocket socket() {
        if (socket.isEmpty()) {
            try {
                socket = Optional.of(process.notifySocket(slot));
            } catch (LaunchFailedException e) {
                throw new Failure(Kind.LAUNCH, e.getMessage(), e);
            }
        }
        return socket.get();
    }

    private void requireNotStarted() {
        if (pid.isPresent()) {
            throw new IllegalStateException("the command was already started, as pid " + pid.getAsInt());
        }
    }

    public ChildCommand start(Program program, Map<String, String> variables) {
        requireNotStarted();
        if (!program.exists()) {
            throw new Failure(
                    Kind.NO_PROGRAM,
                    program.executable() + " does not exist or is not executable, so no child can be started; give the"
                            + " path of a program, PATH is not searched");
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
                        "the command producer returned a command that has not been started; it must call start() or adopt(…)");
            }
            known = true;
            return pid.getAsInt();
        } catch (Failure failure) {
            if (failure.kind() == Kind.LAUNCH) {
                throw new LaunchFailedException(failure.getMessage(), failure);
            }
            throw failure;
        } catch (Throwable e) {
            throw new Failure(Kind.PRODUCER, "the command producer failed: " + e, e);
        } finally {
            if (!known && pid.isPresent()) {
                end(pid.getAsInt());
            }
        }
    }

    private void end(int child) {
        try {
            if (!posix.killGroup(child, Signal.KILL) && !posix.hasEnded(child)) {
                posix.kill(child, Signal.KILL);
            }
            posix.reapWaiting(child);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECHILD) {
                throw e;
            }
            // Other code of this process has reaped it.
        }
    }
}
