package dev.prefork.os;

/**
 * The process at the other end of a connection, by what the kernel noted when it connected. Immutable.
 *
 * @param pid in this process' pid namespace; 0 for a process that is not in it
 * @param uid its effective one; the overflow user's (65534) for one that has no name in this user namespace
 */
public record Peer(int pid, int uid, int gid) {
    @Override
    public String toString() {
        return "pid " + pid + ", uid " + uid;
    }
}
