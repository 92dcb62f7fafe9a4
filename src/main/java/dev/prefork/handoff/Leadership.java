package dev.prefork.handoff;

import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;

/**
 * Which of a master's workers leads: the one process that has bound a stream socket to the name in PREFORK_LEADER. The name is
 * abstract (unix(7)), so that it needs no writable directory, and the kernel frees it at the process' death, however that
 * comes. A process that no master started leads alone; a master never does, since its workers are to.
 *
 * <p>Threading: any thread; no call blocks.
 */
public final class Leadership {
    private static final int LENGTH = 107;

    private static Leadership ofThisProcess;

    private final Supplier<Posix> posix;
    private final Optional<String> name;
    private final Consumer<Runnable> atExit;
    private OptionalInt socket = OptionalInt.empty();
    private boolean leads;
    private boolean resigned;
    private boolean resignsAtExit;

    /**
     * @param posix asked for only where there is a name, so that every other process is spared the loading of system calls
     * @param name the abstract name, without what marks it as abstract
     * @param atExit is given what is to be done when the process begins to exit, and throws if it has begun already
     */
    Leadership(Supplier<Posix> posix, Optional<String> name, Consumer<Runnable> atExit) {
        this.posix = posix;
        this.name = name;
        this.atExit = atExit;
    }

    /** That of this process, by its environment. */
    public static synchronized Leadership ofThisProcess() {
        if (ofThisProcess == null) {
            ofThisProcess = of(System.getenv(), last -> Runtime.getRuntime()
                    .addShutdownHook(new Thread(last, "prefork-resignation")));
        }
        return ofThisProcess;
    }

    static Leadership of(Map<String, String> environment, Consumer<Runnable> atExit) {
        Optional<String> name = Optional.ofNullable(environment.get(Variables.LEADER));
        Leadership leadership = new Leadership(Posix::system, name, atExit);
        if (name.isEmpty() && Variables.isChild(environment)) {
            // Its master is too old to name a leader. If each of its workers took itself for the one, there would be
            // many.
            leadership.resign();
        }
        return leadership;
    }

    /**
     * A name for the workers of one master. Its random part keeps others in the network namespace from taking it first. It is as
     * long as any can be, sun_path less the NUL before it: programs that fill up shorter ones with NULs, as Node.js 20 does, and those that do
     * not would otherwise bind different names; see "Abstract sockets" in unix(7).
     */
    public static String randomName(int master) {
        byte[] random = new byte[LENGTH];
        new SecureRandom().nextBytes(random);
        return ("prefork/" + master + "/leader/" + HexFormat.of().formatHex(random)).substring(0, LENGTH);
    }

    /** Leads from now on, unless another process does. True if this one leads, also if it did before. */
    public synchronized boolean tryLead() {
        if (leads || resigned || !willResignAtExit()) {
            return leads;
        }
        if (name.isPresent()) {
            socket = bind(name.get());
        }
        leads = name.isEmpty() || socket.isPresent();
        return leads;
    }

    /** Whether this process leads; it does not begin to. */
    public synchronized boolean leads() {
        return leads;
    }

    /** Lets another process lead; this one may try again. */
    public synchronized void release() {
        leads = false;
        if (socket.isPresent()) {
            posix.get().close(socket.getAsInt());
            socket = OptionalInt.empty();
        }
    }

    /** Lets another process lead, and never tries again: this one stops, or is a master. */
    public synchronized void resign() {
        resigned = true;
        release();
    }

    /** False once the exit has begun, when it is too late to lead. */
    private boolean willResignAtExit() {
        if (!resignsAtExit) {
            try {
                atExit.accept(this::resign);
                resignsAtExit = true;
            } catch (IllegalStateException exiting) {
                resigned = true;
            }
        }
        return !resigned;
    }

    /** Bound, and not listening: the name is all that counts. Empty if another process has it. */
    private OptionalInt bind(String wanted) {
        Posix system = posix.get();
        Endpoint.Unix endpoint = new Endpoint.Unix("@" + wanted);
        int fd = system.streamSocket(endpoint);
        try {
            system.bind(fd, endpoint);
            return OptionalInt.of(fd);
        } catch (ErrnoException e) {
            system.close(fd);
            if (e.errno() != Errno.EADDRINUSE) {
                throw e;
            }
            return OptionalInt.empty();
        }
    }
}
