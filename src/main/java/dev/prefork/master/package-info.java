/**
 * The one loop that owns all mutable state: it feeds what happens to the supervisor and turns decisions into system
 * calls.
 *
 * <p>All other threads (signal handlers, the reader of notifications, HTTP) only put a message into the
 * {@link dev.prefork.master.Inbox}, or reads an immutable {@link dev.prefork.supervise.Snapshot}.
 */
package dev.prefork.master;
