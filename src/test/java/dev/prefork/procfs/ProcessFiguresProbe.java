package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.Set;

/** A program that says what it sees of a process group. */
final class ProcessFiguresProbe {

    private ProcessFiguresProbe() {}

    public static void main(String[] arguments) {
        System.out.println(ProcessFigures.of(Path.of("/")).ofGroups(Set.of(Integer.parseInt(arguments[0]))));
    }
}
