package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    @ParameterizedTest
    @ValueSource(strings = {"amd64", "x86_64", "aarch64"})
    void linuxOnX86AndArmIsAccepted(String architecture) {
        assertThat(Platform.refusal("Linux", architecture)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Mac OS X, aarch64, this is Mac OS X",
        "Windows 11, amd64, this is Windows 11",
        "Linux, i386, this is i386",
        "Linux, riscv64, this is riscv64",
        "Linux, arm, this is arm"
    })
    void anotherSystemIsRefusedWithItsName(String system, String architecture, String reason) {
        assertThat(Platform.refusal(system, architecture))
                .hasValueSatisfying(message ->
                        assertThat(message).contains(reason).contains("; ").doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.34", "2.36", "2.41.9000", "3.0", "2.100"})
    void glibcFrom234OnIsAccepted(String version) {
        assertThat(Platform.libraryRefusal(version)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.33", "2.3", "1.99", "2", "2.x", "strange", "2.99999999999"})
    void anOlderOrUnreadableGlibcIsRefused(String version) {
        assertThat(Platform.libraryRefusal(version))
                .hasValueSatisfying(message -> assertThat(message).contains("this is glibc " + version + ";"));
    }

    @Test
    void aLibraryThatIsNoGlibcIsRefused() {
        assertThat(Platform.libraryRefusal(""))
                .isEqualTo(Optional.of("Prefork needs glibc 2.34 or newer, and this C library is another one (musl?);"
                        + " use a base image with glibc, such as Debian 12 or UBI 9"));
    }

    @Test
    void whatCannotBeLoadedIsTheLibrarysFaultOnlyWhereItIsMusl(@TempDir Path libraries) throws IOException {
        assertThat(Platform.loadRefusal(libraries, "/tmp")).hasValueSatisfying(message -> assertThat(message)
                .contains("allow files in /tmp to be written and executed")
                .doesNotContain("glibc"));
        assertThat(Platform.loadRefusal(libraries.resolve("missing"), "/tmp"))
                .hasValueSatisfying(message -> assertThat(message).contains("/tmp"));

        Files.createFile(libraries.resolve("ld-musl-x86_64.so.1"));
        assertThat(Platform.loadRefusal(libraries, "/tmp")).isEqualTo(Platform.libraryRefusal(""));
    }

    @Test
    void thisMachineIsAcceptedAndTheCallsAreLoadedOnce() {
        assertThat(Posix.system()).isSameAs(Posix.system());
    }
}
