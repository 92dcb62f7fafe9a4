/**
 * Black-box tests of the packaged jar, and what they stand on: processes that are started, watched and surely ended
 * ({@link dev.prefork.it.Processes}), a client that never repeats a request ({@link dev.prefork.it.Http}), and readers of
 * {@code /proc} ({@link dev.prefork.it.Proc}).
 */
package dev.prefork.it;
