/** Quarkus in the master: the management interface with its health checks and metrics. Requests run on Quarkus' threads. */
package dev.prefork.quarkus.master;
