/**
 * The protocol between a master and its workers: the names of its variables, what the master writes, what a worker reads,
 * and the lifeline that tells a worker that its master is gone. Values are immutable.
 */
package dev.prefork.handoff;
