package dev.prefork.master;

/** What the master is to the rest of its process and of its machine. */
public enum MasterMode {
    /**
     * The process is there for the master: PID 1 of a container, or a subreaper. It is given every orphan and reaps it,
     * and no signal that it can take but TERM, INT and KILL ends it.
     */
    ENTRYPOINT,
    /** The process belongs to another program: other children and other signals are that program's business. */
    LIBRARY
}
