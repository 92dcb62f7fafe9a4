package dev.prefork.architecture;

/** One class that names another one anywhere in its bytecode. Both are binary names, nested classes with a dollar sign. */
record Dependency(String from, String to) {
    private static final String BASE = "dev.prefork";

    /** The class that holds the user, without the classes nested in it. */
    String fromOuter() {
        return from.replaceFirst("\\$.*", "");
    }

    String toOuter() {
        return to.replaceFirst("\\$.*", "");
    }

    String fromPackage() {
        return packageOf(from);
    }

    String toPackage() {
        return packageOf(to);
    }

    boolean staysInside() {
        return isOurs(from) && isOurs(to);
    }

    static boolean isOurs(String name) {
        return name.startsWith(BASE + ".");
    }

    static String packageOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    /** {@code os} for anything in {@code dev.prefork.os} or below it; {@code ""} for the root package itself. */
    static String roomOf(String packageName) {
        return packageName.equals(BASE)
                ? ""
                : packageName.substring(BASE.length() + 1).replaceFirst("\\..*", "");
    }
}
