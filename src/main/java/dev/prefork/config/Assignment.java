package dev.prefork.config;

import dev.prefork.handoff.WorkerEnvironment;
import java.util.regex.Pattern;

/**
 * A variable for workers. Immutable.
 *
 * <p>Its text has no value, which may be a secret: reports, errors and termination messages are kept and collected.
 */
record Assignment(String name, String value) {
    /** What Kubernetes allows. */
    private static final Pattern NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    /** An IllegalArgumentException says what is wrong and what would be right. */
    Assignment {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a variable's name has letters, digits, dots, dashes and underscores, as in NAME=VALUE");
        }
        if (WorkerEnvironment.owns(name)) {
            throw new IllegalArgumentException(
                    name
                            + " is set for each worker by Prefork, and a worker would be misled by another value; leave it out");
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(name + " contains a NUL, where its value would end; remove it");
        }
    }

    static Assignment parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "without = this is not NAME=VALUE; what the master inherits is passed on without being named");
        }
        return new Assignment(text.substring(0, equals).strip(), text.substring(equals + 1));
    }

    @Override
    public String toString() {
        return name + "=...";
    }
}
