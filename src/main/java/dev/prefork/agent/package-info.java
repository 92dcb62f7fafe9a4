/**
 * The Quarkus edges of a master: settings, health, metrics, wiring. The main thread boots Quarkus and waits; the thread
 * {@code prefork-master} is the master's loop.
 */
package dev.prefork.agent;
