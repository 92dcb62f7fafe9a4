/**
 * Quarkus as a worker: adopts the inherited listeners in Netty, reports readiness and heartbeats, writes its metrics, and
 * finishes its requests at a stop. Observers run on Quarkus' main thread, the rest on its event loops.
 */
package dev.prefork.quarkus.worker;
