package dev.prefork.os;

/** What this program was built for. */
public enum Built {
    /** Classes, for a JVM. */
    FOR_JVM,

    /** An executable, by GraalVM's native-image. */
    NATIVELY;

    public static Built ofThisProcess() {
        // Set in every native executable, and nowhere else.
        return System.getProperty("org.graalvm.nativeimage.imagecode") == null ? FOR_JVM : NATIVELY;
    }
}
