package dev.prefork.container;

import java.util.List;

/** What runs as a worker, which decides how much memory is set aside for it and for the master. */
public enum WorkerKind {
    /** This program on a JVM. It starts at some 115 MiB resident and needs room for requests; so does its master. */
    JVM_BUILT_IN(192, 160),

    /** This program as a native executable: some 44 MiB resident, most of it shared with the master. */
    NATIVE_BUILT_IN(64, 64),

    /** Another program's command, of which nothing is known; its master may be a JVM or native. */
    COMMAND(64, 128),

    /**
     * Another program's command on a JVM. Applications are larger than the built-in worker, and their master is most likely
     * a JVM too; to budget too much for it costs some heap, too little costs an OOM kill.
     */
    JVM_COMMAND(256, 160);

    private final long worker;
    private final long master;

    WorkerKind(long workerMebibytes, long masterMebibytes) {
        worker = workerMebibytes << 20;
        master = masterMebibytes << 20;
    }

    /** The kind of a command that was given: one on a JVM if its program is called {@code java}. */
    public static WorkerKind of(List<String> command) {
        return isJava(command) ? JVM_COMMAND : COMMAND;
    }

    /** Whether the program is the Java launcher. A script or a shell that starts one decides its options itself. */
    static boolean isJava(List<String> command) {
        if (command.isEmpty()) {
            return false;
        }
        String program = command.get(0);
        return program.substring(program.lastIndexOf('/') + 1).equals("java");
    }

    /** Whether the worker has a heap and the other things of a JVM. */
    public boolean isJvm() {
        return this == JVM_BUILT_IN || this == JVM_COMMAND;
    }

    /** Bytes to budget for one worker when their number is chosen. */
    public long workerMemory() {
        return worker;
    }

    /** Bytes set aside for the master itself. */
    public long masterMemory() {
        return master;
    }
}
