/** The two sides behind the public API: the master's and the child's. Runs on the thread that called the API. */
package dev.prefork.library;
