/** The packaged jar with built-in workers, as its users run it. */
package dev.prefork.it.builtin;
