package dev.prefork.os;

/** What a socket descriptor is. */
public record SocketKind(boolean stream, boolean listening) {}
