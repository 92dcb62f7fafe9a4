/** The supervisor's own metrics, fed from snapshots and events. */
package dev.prefork.metrics;
