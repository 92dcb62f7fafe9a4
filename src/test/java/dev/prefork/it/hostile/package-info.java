/**
 * A whole master that is attacked: by a worker of its own, or by a process that is none. The attackers are scripts below
 * {@code it/hostile} of the test resources.
 */
package dev.prefork.it.hostile;
