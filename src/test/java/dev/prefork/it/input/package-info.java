/**
 * Black-box tests of what the master is given: options, keys and addresses that are wrong, each refused in one line with
 * the right exit code, and listening sockets that a parent hands in.
 */
package dev.prefork.it.input;
