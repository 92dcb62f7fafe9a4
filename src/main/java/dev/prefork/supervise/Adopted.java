package dev.prefork.supervise;

/**
 * A process that a worker left behind and that has become a child of ours: it left its worker's group, and its parent is gone.
 *
 * @param name of its program, for people
 */
public record Adopted(int pid, String name) {
    @Override
    public String toString() {
        return "pid " + pid + " (" + name + ")";
    }
}
