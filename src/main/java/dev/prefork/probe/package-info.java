/**
 * Readiness by HTTP for workers that share one listening socket, where any of them may take any connection: a probe looks up
 * in /proc who took it before it asks. The probe's own thread owns everything here.
 */
package dev.prefork.probe;
