/**
 * Black-box tests of any command as a worker: what it is handed, when it counts as ready, how it is stopped and replaced,
 * and that servers people really use run unchanged.
 */
package dev.prefork.it.command;
