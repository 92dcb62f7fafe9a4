/** The meters of supervisor, workers and listeners, and reading them from Micrometer. Counted on the master's thread. */
package dev.prefork.metrics.meters;
