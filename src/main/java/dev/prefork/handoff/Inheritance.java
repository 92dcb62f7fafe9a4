package dev.prefork.handoff;

import dev.prefork.handoff.ListenEnvironment.Passed;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketKind;
import java.util.List;
import java.util.Map;

/**
 * The listeners this process was started with, checked and ready to accept from.
 *
 * <p>Threading: immutable; {@link #ofThisProcess} reads the environment once, at the first call.
 */
public record Inheritance(Parent parent, List<InheritedListener> listeners) {
    private static Inheritance ofThisProcess;
    private static AdoptionException refusal;

    /** Who started this process. */
    public enum Parent {
        /** A Prefork master: what it passes is all that a worker may listen on. */
        MASTER,
        /** systemd, or a parent that speaks its protocol: what is not passed, the application binds itself. */
        OTHER
    }

    public Inheritance {
        listeners = List.copyOf(listeners);
    }

    /**
     * What this process inherited.
     *
     * @throws AdoptionException when something was passed that cannot be used; the same one on every call
     */
    public static synchronized Inheritance ofThisProcess() {
        if (refusal != null) {
            throw refusal;
        }
        if (ofThisProcess == null) {
            try {
                ofThisProcess = read(System.getenv());
            } catch (AdoptionException e) {
                refusal = e;
                throw e;
            }
        }
        return ofThisProcess;
    }

    /**
     * Whether there is any reason to look closer. Without one this process is not a worker, and every application that depends on
     * this project is spared what it would load to find that out.
     */
    public static boolean isPossible() {
        return isPossible(System.getenv());
    }

    static boolean isPossible(Map<String, String> environment) {
        return Variables.isChild(environment) || environment.containsKey(Variables.LISTEN_FDS);
    }

    /**
     * Leaves the passed descriptors to another process: a master that hands them on to its workers must not accept from
     * them itself. Must come before anything else here is asked.
     */
    public static synchronized void renounce() {
        refusal = null;
        ofThisProcess = new Inheritance(Parent.OTHER, List.of());
    }

    /** Asks for the system's calls only when something is passed: every other process is spared their loading. */
    private static Inheritance read(Map<String, String> environment) {
        Parent parent = Variables.isChild(environment) ? Parent.MASTER : Parent.OTHER;
        List<Passed> passed =
                ListenEnvironment.read(environment, ProcessHandle.current().pid());
        return passed.isEmpty() ? new Inheritance(parent, List.of()) : adopt(Posix.system(), parent, passed);
    }

    /** Checks each descriptor and makes it ready to be accepted from. */
    static Inheritance adopt(Posix posix, Parent parent, List<Passed> passed) {
        return new Inheritance(
                parent, passed.stream().map(each -> adopt(posix, each, parent)).toList());
    }

    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** Whether this process serves for a parent that holds the sockets. */
    public boolean isWorker() {
        return parent == Parent.MASTER || !isEmpty();
    }

    private static InheritedListener adopt(Posix posix, Passed passed, Parent parent) {
        String subject = "Descriptor " + passed.descriptor() + " (" + passed.name() + ")";
        SocketKind kind = posix.socketKind(passed.descriptor())
                .orElseThrow(() -> refused(subject, "is not a socket", "pass an open listening socket"));
        if (!kind.stream()) {
            throw refused(subject, "is not a stream socket", "pass a TCP or unix stream socket");
        }
        if (!kind.listening()) {
            throw refused(subject, "is not listening", "call listen(2) on it before it is passed on");
        }
        makeNonBlocking(posix, passed.descriptor(), subject, parent);
        // It came through exec without the flag; the worker's own children must not hold the port open.
        posix.setCloseOnExec(passed.descriptor(), true);
        return new InheritedListener(passed.name(), passed.descriptor(), posix.localEndpoint(passed.descriptor()));
    }

    /**
     * O_NONBLOCK lives on the open file description, which all processes share that hold the socket; see open(2). A
     * blocking accept(2) would hang the event loop for ever once a sibling was faster. A master has set the flag before
     * it started any worker, so its absence is a fault there. systemd and its like pass blocking sockets: there we are
     * alone and set it ourselves.
     */
    private static void makeNonBlocking(Posix posix, int descriptor, String subject, Parent parent) {
        if (posix.isNonBlocking(descriptor)) {
            return;
        }
        if (parent == Parent.MASTER) {
            throw refused(subject, "is blocking", "the master must set O_NONBLOCK before it starts workers");
        }
        posix.setNonBlocking(descriptor, true);
    }

    private static AdoptionException refused(String subject, String problem, String remedy) {
        return new AdoptionException(subject + " " + problem + ", so it cannot be used; " + remedy);
    }
}
