/**
 * Everything that is read from /proc: processes and their descendants, their use of CPU and memory, TCP tables and
 * counters. Stateless unless a class says otherwise; any thread. A file that is missing or malformed counts as absent.
 */
package dev.prefork.procfs;
