package dev.prefork.os;

/** While it is open, this process takes itself for a native executable. */
public final class AsNative implements AutoCloseable {
    private static final String IMAGE_CODE = "org.graalvm.nativeimage.imagecode";

    public AsNative() {
        System.setProperty(IMAGE_CODE, "runtime");
    }

    @Override
    public void close() {
        System.clearProperty(IMAGE_CODE);
    }
}
