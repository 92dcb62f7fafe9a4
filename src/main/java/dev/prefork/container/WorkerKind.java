package dev.prefork.container;

/** What runs as a worker, which decides how much memory is set aside for it and for the master. */
public enum WorkerKind {
    /** This program on a JVM. It starts at some 115 MiB resident and needs room for requests; so does its master. */
    JVM_BUILT_IN(192, 160),

    /** This program as a native executable: some 44 MiB resident, most of it shared with the master. */
    NATIVE_BUILT_IN(64, 64),

    /** Somebody else's command, of which nothing is known; its master may be a JVM or native. */
    COMMAND(64, 128);

    private final long worker;
    private final long master;

    WorkerKind(long workerMebibytes, long masterMebibytes) {
        worker = workerMebibytes << 20;
        master = masterMebibytes << 20;
    }

    /** Bytes to reckon with for one worker when their number is chosen. */
    public long workerMemory() {
        return worker;
    }

    /** Bytes set aside for the master itself. */
    public long masterMemory() {
        return master;
    }
}
