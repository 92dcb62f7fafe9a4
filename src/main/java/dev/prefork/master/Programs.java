package dev.prefork.master;

import java.util.Map;
import java.util.function.IntPredicate;

/**
 * What workers of each version of the specification are started as.
 *
 * <p>Threading: may be called by any thread.
 */
public interface Programs {

    /** From the next start on workers of this version run this, with these variables beside what they inherit. */
    void use(int version, Program program, Map<String, String> variables);

    /** These versions are not started any more. */
    void forget(IntPredicate versions);
}
