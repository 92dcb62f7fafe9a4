package dev.prefork.master;

import java.util.OptionalInt;

/**
 * Something that every worker is given beside its listeners and its lifeline, and that outlives it in the master's hands.
 *
 * <p>Threading: called on the master's thread only.
 */
public interface InheritedDescriptor {
    /** The variable that tells a worker the number under which it finds it. */
    String variable();

    /**
     * Makes one for a worker that is about to be started in this slot. The descriptor stays ours; the worker gets a copy.
     * Empty where that is not possible: the worker then does without.
     */
    OptionalInt descriptorFor(int slot);
}
