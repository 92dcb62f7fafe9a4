package dev.prefork.status;

/**
 * One listener.
 *
 * @param name as metrics call it
 * @param queue connections that wait to be accepted
 * @param queueLimit how many may
 * @param stalledSeconds for how long they have waited without one being accepted
 */
public record ListenerStatus(String name, long queue, long queueLimit, double stalledSeconds) {}
