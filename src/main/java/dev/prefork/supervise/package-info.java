/**
 * The decisions: a pure state machine without thread, clock or I/O.
 *
 * <p>It is told what happened ({@link dev.prefork.supervise.Event}) and asked what to do next
 * ({@link dev.prefork.supervise.Action}). The master's loop owns the one instance; nothing here is thread-safe but the
 * immutable {@link dev.prefork.supervise.Snapshot}. All times are readings of a monotonic clock in nanoseconds.
 */
package dev.prefork.supervise;
