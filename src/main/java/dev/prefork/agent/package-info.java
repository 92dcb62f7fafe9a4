/** The Quarkus edges: settings, health, metrics wiring, and the run of a master. */
package dev.prefork.agent;
