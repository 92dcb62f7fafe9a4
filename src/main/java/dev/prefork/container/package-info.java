/**
 * Readings of the cgroup, the sizing arithmetic built on them, and what the kernel does when memory runs out. Pure but for
 * reading files, and writing one of each worker's; any thread.
 */
package dev.prefork.container;
