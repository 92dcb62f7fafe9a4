/**
 * The executable in a shell's place: a native executable goes before its worker, tells it its pid, and becomes it. The
 * master's thread writes the order for that; the rest happens on the main thread of the process that is to be the worker.
 */
package dev.prefork.shim;
