/** HTTP/1 responses, and TLS to this very pod, for callers that ask so little that a client of the JDK would be the bigger part. Any thread. */
package dev.prefork.http;
