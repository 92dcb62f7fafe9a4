/** Scraping the metrics endpoints of workers that have one. One thread of its own does the waiting. */
package dev.prefork.metrics.collect;
