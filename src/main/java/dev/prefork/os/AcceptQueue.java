package dev.prefork.os;

/** Connections waiting to be accepted on a listener, and how many may wait. */
public record AcceptQueue(int length, int limit) {}
