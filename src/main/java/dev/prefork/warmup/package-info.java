/**
 * Requests that a worker sends to itself before it is ready, so that its first clients do not meet a cold JVM. Blocking, on the
 * thread that calls.
 */
package dev.prefork.warmup;
