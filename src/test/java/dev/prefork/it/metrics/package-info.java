/**
 * What a scrape of the packaged master answers: the metrics of all workers as one, over deaths and hangs; the names and label
 * sets that dashboards build on; and what a real Prometheus makes of it.
 */
package dev.prefork.it.metrics;
