package dev.prefork.status;

/**
 * One listener.
 *
 * @param name as metrics call it
 * @param address where it is bound, such as {@code tcp4://0.0.0.0:8080}
 * @param queue connections that wait to be accepted
 * @param queueLimit how many may
 * @param stalledSeconds for how long they have waited without one being accepted
 */
public record ListenerStatus(String name, String address, long queue, long queueLimit, double stalledSeconds) {}
