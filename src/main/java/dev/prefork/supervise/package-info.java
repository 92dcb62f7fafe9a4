/** The decisions: a pure state machine without thread, clock or I/O. The master's loop feeds it events and carries out its actions. */
package dev.prefork.supervise;
