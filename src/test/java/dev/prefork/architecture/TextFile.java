package dev.prefork.architecture;

import java.util.List;

/**
 * One file of the project.
 *
 * @param path from the top of the project, with slashes
 */
record TextFile(String path, List<String> lines) {
    boolean isJava() {
        return path.endsWith(".java");
    }

    boolean isMain() {
        return path.startsWith("src/main/");
    }

    boolean isTest() {
        return path.startsWith("src/test/");
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    String directory() {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** The first step of the path: the entry of the top directory that holds this file, or is it. */
    String topEntry() {
        return path.replaceFirst("/.*", "");
    }
}
