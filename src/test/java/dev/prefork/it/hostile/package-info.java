/** A whole master that is attacked: by workers of its own, by its neighbours, and by clients of its ports. */
package dev.prefork.it.hostile;
