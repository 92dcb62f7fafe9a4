/**
 * Merging what workers expose into one answer. Workers are read by the thread that scrapes; each class says whose lock it
 * takes.
 */
package dev.prefork.metrics.merge;
