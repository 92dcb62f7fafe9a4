/**
 * The board: a piece of memory on which a worker chalks its metrics, and from which the master reads them whenever it likes,
 * also when the worker is dead. Each side has its own owner; neither ever waits for the other.
 */
package dev.prefork.board;
