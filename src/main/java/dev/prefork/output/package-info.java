/**
 * What workers write, when the master reads it: pipes in the place of the standard streams, one thread that reads all of them, and the
 * mark that each line gets. The thread {@code prefork-output} owns the read ends; the pipes are made on the master's thread.
 */
package dev.prefork.output;
