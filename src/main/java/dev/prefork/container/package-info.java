/**
 * Readings of the cgroup, the sizing arithmetic built on them, what the kernel does when memory runs out, and what process
 * groups use. Pure but for reading files, and writing one of each worker's; any thread.
 */
package dev.prefork.container;
