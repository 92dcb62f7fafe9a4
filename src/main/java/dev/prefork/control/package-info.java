/**
 * The control socket: how another process asks a master for its state, and for what signals ask it for. What is asked for is done by
 * {@link dev.prefork.control.Steering}. The thread {@code prefork-control} owns the socket and its connections.
 */
package dev.prefork.control;
