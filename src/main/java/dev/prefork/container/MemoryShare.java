package dev.prefork.container;

import java.util.OptionalLong;

/**
 * What one worker gets of the memory limit, and how a JVM divides it. Immutable. All amounts are bytes.
 *
 * @param limit the whole container's
 * @param master what is set aside for the master
 * @param workers among how many that serve the rest is divided
 * @param standbys and among how many that stand by: they will serve with what they have
 */
public record MemoryShare(long limit, long master, int workers, int standbys) {
    private static final long MIB = 1L << 20;

    /** What a JVM needs beside its heap at any load: code, metaspace, its own threads. */
    static final long OUTSIDE_THE_HEAP = 64 * MIB;

    /** What a native executable has beside its heap, but for its code, which all of its processes share. */
    private static final long OUTSIDE_A_NATIVE_HEAP = 16 * MIB;

    /** The collector's own least is 16 MiB, of which an application would have a part. */
    private static final long LEAST_NATIVE_HEAP = 24 * MIB;

    /** Below this no Quarkus application starts; the JVM itself shall report that rather than fail on an absurd number. */
    static final long LEAST_HEAP = 32 * MIB;

    /** Frameworks fill some 100 MiB with classes; a limit below this would end applications that are well. */
    static final long LEAST_METASPACE = 128 * MIB;

    /** The JVM's own rule: a machine with less memory or with one core gets the serial collector. */
    private static final long SERVER_MACHINE = 1792 * MIB;

    /** One worker's part. */
    long each() {
        return Math.max(0, limit - master) / (workers + standbys);
    }

    /** Three quarters of what is left after {@link #OUTSIDE_THE_HEAP}; the quarter is for buffers and thread stacks. */
    long heap() {
        return Math.max(LEAST_HEAP, (each() - OUTSIDE_THE_HEAP) / 4 * 3 / MIB * MIB);
    }

    /**
     * The heap of a native executable: half of what is left. Its collector copies what lives, and in the worst case needs as much
     * again while it does; buffers are beside the heap.
     */
    long nativeHeap() {
        return Math.max(LEAST_NATIVE_HEAP, (each() - OUTSIDE_A_NATIVE_HEAP) / 2 / MIB * MIB);
    }

    /** Whether the part is so small that the heap is more than it carries. */
    boolean isShort() {
        return (each() - OUTSIDE_THE_HEAP) / 4 * 3 < LEAST_HEAP;
    }

    /**
     * All that is not heap, or no limit. Not a part of it: an application whose classes need more than that, and whose heap
     * is never full, would be well without us. One that needs all of it cannot fit once its heap is full; a leak of class
     * loaders then ends in an OutOfMemoryError that says metaspace, in one worker, instead of an OOM kill that says
     * nothing, of any of them. The code cache gets no limit: a full one stops the compiler for good, silently, and what it
     * merely reserves costs nothing.
     */
    OptionalLong metaspace() {
        long rest = (each() - heap()) / MIB * MIB;
        return rest >= LEAST_METASPACE ? OptionalLong.of(rest) : OptionalLong.empty();
    }

    /**
     * Whether the JVM would take the serial collector on a machine of this size (is_server_class_machine in
     * runtime/os.cpp). In the container it sees the memory of all workers together and would take G1, whose tables and
     * threads are not in {@link #OUTSIDE_THE_HEAP}. With one core it takes the serial one by itself, but for JDK 27 and
     * later (JEP 523).
     */
    boolean isBelowServerMachine() {
        return each() < SERVER_MACHINE;
    }
}
