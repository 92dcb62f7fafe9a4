package dev.prefork.cli;

import dev.prefork.os.Built;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which Prefork this is. */
final class Version {
    /**
     * Written by the build. A constant, because a native executable is made with the classes already initialised: it
     * needs no resource at run time.
     */
    static final String NUMBER = read();

    private Version() {}

    /** One line, such as {@code prefork 1.2.0 (JVM, Java 17.0.15)}. */
    static String text() {
        boolean isNative = Built.ofThisProcess() == Built.NATIVELY;
        return "prefork " + NUMBER + " (" + (isNative ? "native" : "JVM") + ", Java "
                + System.getProperty("java.version") + ")";
    }

    private static String read() {
        try (InputStream resource = Version.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            if (resource != null) {
                properties.load(resource);
            }
            return properties.getProperty("version", "of unknown version");
        } catch (IOException e) {
            return "of unknown version";
        }
    }
}
