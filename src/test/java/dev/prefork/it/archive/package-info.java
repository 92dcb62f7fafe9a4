/** The archives that are released, built by Maven in copies of the project and used as a stranger would use them. */
package dev.prefork.it.archive;
