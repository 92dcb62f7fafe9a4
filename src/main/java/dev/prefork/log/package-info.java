/**
 * What the master writes to its standard streams, without any thread of it ever waiting for a reader. Lines are taken on any
 * thread and written on one of the writer's own.
 */
package dev.prefork.log;
