package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuiltTest {
    private static final String IMAGE_CODE = "org.graalvm.nativeimage.imagecode";

    @Test
    void aJvmIsNoExecutable() {
        assertThat(Built.ofThisProcess()).isEqualTo(Built.FOR_JVM);
    }

    @Test
    void aNativeExecutableIsKnownByItsProperty() {
        System.setProperty(IMAGE_CODE, "runtime");
        try {
            assertThat(Built.ofThisProcess()).isEqualTo(Built.NATIVELY);
        } finally {
            System.clearProperty(IMAGE_CODE);
        }
    }
}
