/**
 * What is to be seen of a master and its workers at one moment: put together from its snapshot and from /proc, without asking any worker,
 * for the status page, the command line and programs alike.
 */
package dev.prefork.status;
