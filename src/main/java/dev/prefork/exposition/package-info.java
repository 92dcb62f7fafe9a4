/**
 * Metrics as text and as numbers: families, their shape, and the two text formats of Prometheus. Pure: no thread, no clock, no
 * I/O; the caller owns what it is given.
 */
package dev.prefork.exposition;
