package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuiltTest {
    @Test
    void aJvmIsNoExecutable() {
        assertThat(Built.ofThisProcess()).isEqualTo(Built.FOR_JVM);
    }

    @Test
    void aNativeExecutableIsKnownByItsProperty() {
        try (AsNative image = new AsNative()) {
            assertThat(image).isNotNull();
            assertThat(Built.ofThisProcess()).isEqualTo(Built.NATIVELY);
        }
    }
}
