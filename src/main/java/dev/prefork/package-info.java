/**
 * The library: {@link dev.prefork.Prefork} and what goes with it, for programs that prefork themselves.
 *
 * <p>The thread that calls {@code listenAndServe} in the master becomes the loop that owns all state; hooks are called
 * on it.
 */
package dev.prefork;
