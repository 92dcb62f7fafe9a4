/**
 * Readiness from outside, for workers that share one listening socket, where any of them may take any connection: what they
 * wait for is seen in /proc, and a probe looks up there who took a connection before it asks. The probe's own thread owns
 * everything here.
 */
package dev.prefork.probe;
