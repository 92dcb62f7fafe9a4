package dev.prefork.metrics.meters;

import dev.prefork.os.Signal;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * What a master's loop knows of itself. Any thread may ask.
 *
 * @param orphansReaped how many processes that were no workers have been reaped
 * @param signals how often the master was sent a signal
 * @param lagNanos how long a message waited for the loop: the last that was taken, or the oldest that still waits
 */
public record LoopFigures(LongSupplier orphansReaped, ToLongFunction<Signal> signals, LongSupplier lagNanos) {
    /** Those that mean something to a master, or would to other programs. */
    static final List<Signal> SIGNALS = List.of(
            Signal.TERM, Signal.INT, Signal.HUP, Signal.TTIN, Signal.TTOU, Signal.USR1, Signal.USR2, Signal.WINCH);
}
