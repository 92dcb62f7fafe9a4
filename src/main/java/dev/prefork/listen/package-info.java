/**
 * Listening sockets: their addresses, how they are bound or adopted, and the dialects in which they are handed to a
 * process. The master's thread owns every {@link dev.prefork.listen.Listeners}.
 */
package dev.prefork.listen;
