/** The Quarkus edges of a worker: its configuration, its start and its end. Observers run on Quarkus' main thread. */
package dev.prefork.agent.worker;
