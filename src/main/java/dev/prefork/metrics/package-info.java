/** The supervisor's own metrics. Counters are written by the master's thread and read by whoever scrapes. */
package dev.prefork.metrics;
