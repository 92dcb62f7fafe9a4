/** Readings of the cgroup and the sizing arithmetic built on them. Pure but for reading files; any thread. */
package dev.prefork.container;
