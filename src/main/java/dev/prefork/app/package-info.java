/**
 * The composition root of a master: makes the parts, connects them, runs them and reports how the run ended. The main thread
 * boots Quarkus and waits; the thread {@code prefork-master} is the master's loop.
 */
package dev.prefork.app;
