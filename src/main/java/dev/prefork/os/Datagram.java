package dev.prefork.os;

/** One datagram and the pid, uid and gid the kernel vouches for its sender; see SCM_CREDENTIALS in unix(7). */
public record Datagram(byte[] payload, int pid, int uid, int gid) {}
