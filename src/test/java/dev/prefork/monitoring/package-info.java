/**
 * Tests of what is handed to Prometheus and Grafana: the alerts fire when they should, every one has its runbook, the
 * dashboard is whole, and both name only metrics that there are ({@link dev.prefork.monitoring.MetricNames}).
 */
package dev.prefork.monitoring;
