package dev.prefork.shim;

import dev.prefork.handoff.Variables;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.UnsupportedPlatformException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;

/**
 * A process between its spawn and the worker that it becomes: it puts its pid into the environment, as a shell would, and
 * execs. It starts no Quarkus, handles no signal and reads no settings.
 *
 * <p>A process is a shim if its master says so twice: by {@link #WORD}, which stands alone and which no user has a reason
 * to say, and by the mark of a worker. An order by itself makes no process a shim, so one that came from above, by anyone's
 * mistake, cannot turn a master or a built-in worker into something else: they do not look for it, and
 * their workers do not inherit it. The word and the mark without a whole order, as when a worker's
 * script says the word, are refused. The word without the mark is an unknown command like any other.
 *
 * <p>Threading: the main thread, which becomes the worker's.
 */
public final class Shim {
    /** All there is on a shim's command line. */
    public static final String WORD = "exec-worker";

    /** Usage or configuration, as in the master. */
    private static final int MISCONFIGURED = 2;

    /** As a shell says it of a program that is not there, and of one that is and cannot be executed. */
    private static final int NOT_FOUND = 127;

    private static final int NOT_EXECUTABLE = 126;

    private final Supplier<Posix> posix;

    Shim(Supplier<Posix> posix) {
        this.posix = posix;
    }

    /** On the running system. */
    public static Shim ofThisProcess() {
        return new Shim(Posix::system);
    }

    /** Whether this process is to be one. */
    public static boolean isMeant(Map<String, String> environment, String... arguments) {
        return Variables.isChild(environment) && List.of(arguments).equals(List.of(WORD));
    }

    /**
     * Becomes the worker, or says why not.
     *
     * @param environment as the process was started with
     */
    public Failure run(Map<String, String> environment) {
        Optional<ExecOrder> order = ExecOrder.read(environment);
        if (order.isEmpty()) {
            return new Failure(
                    MISCONFIGURED, WORD + " is internal, for a master that starts its workers with it; remove it");
        }
        String executable = order.get().executable();
        try {
            Posix system = posix.get();
            system.exec(order.get().execution(system.getpid(), environment));
            throw new IllegalStateException("exec of " + executable + " has returned");
        } catch (ErrnoException e) {
            return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR
                    ? new Failure(
                            NOT_FOUND,
                            cannot(executable, e.reason())
                                    + "check that it exists, and that the interpreter in its first line exists")
                    : new Failure(
                            NOT_EXECUTABLE,
                            cannot(executable, e.reason())
                                    + "check that this user may execute it and that it is built for this architecture");
        } catch (UnsupportedPlatformException e) {
            return new Failure(NOT_EXECUTABLE, e.getMessage());
        }
    }

    private static String cannot(String executable, String reason) {
        return executable + " cannot be executed (" + reason + "), so the worker never starts; ";
    }

    /**
     * Why there is no worker.
     *
     * @param exitCode of the process
     * @param reason with consequence and remedy; the user's words in it are as they are
     */
    public record Failure(int exitCode, String reason) {
        /** As a line of a log, without control characters. */
        public String line() {
            return "prefork: " + reason.replaceAll("\\p{Cntrl}", "?");
        }
    }
}
