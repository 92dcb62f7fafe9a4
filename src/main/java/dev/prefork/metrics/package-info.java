/**
 * What is measured: the supervisor's own meters, and the merging of what workers expose. Counters are written by the master's
 * thread, workers are read by whoever scrapes; each class says whose lock it takes.
 */
package dev.prefork.metrics;
