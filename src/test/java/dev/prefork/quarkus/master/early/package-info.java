/** The management port before Quarkus serves it, with real sockets; the hand-over to a real server of Vert.x. */
package dev.prefork.quarkus.master.early;
