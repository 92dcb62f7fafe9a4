package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Test;

/** The build runs the tests of this package twice, the second time in the way of a native executable. */
class GeneratedClassesTest {
    private final boolean generated = Boolean.parseBoolean(System.getProperty("jnr.ffi.asm.enabled", "true"));

    @Test
    void theOptionDecidesWhatImplementsTheCLibrary() {
        Libc libc = LibraryLoader.create(Libc.class).load("c");

        assertThat(Proxy.isProxyClass(libc.getClass())).isEqualTo(!generated);
        assertThat(libc.getpid()).isEqualTo((int) ProcessHandle.current().pid());
    }
}
