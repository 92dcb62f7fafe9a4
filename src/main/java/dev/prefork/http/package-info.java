/** HTTP/1 responses, for callers that ask so little that a client of the JDK would be the bigger part. Pure; any thread. */
package dev.prefork.http;
