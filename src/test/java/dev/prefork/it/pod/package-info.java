/**
 * Black-box tests of what a pod is like: PID 1 of a real PID namespace, or beside others in a shared one; a read-only root,
 * a user without a name, no shell, no directory that can be written.
 */
package dev.prefork.it.pod;
