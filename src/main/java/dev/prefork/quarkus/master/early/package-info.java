/**
 * What answers on a master's management port until Quarkus does: one thread with the JDK's own sockets. The thread
 * {@code prefork-management} owns its connections; the listening socket itself is handed over to Quarkus, so that no
 * client finds the port closed.
 */
package dev.prefork.quarkus.master.early;
