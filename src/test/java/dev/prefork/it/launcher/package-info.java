/** The launcher {@code bin/prefork}, run as its users do. */
package dev.prefork.it.launcher;
