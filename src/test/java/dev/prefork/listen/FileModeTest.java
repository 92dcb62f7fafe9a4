package dev.prefork.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileModeTest {
    @ParameterizedTest
    @CsvSource({"0660,432,0660", "660,432,0660", "0777,511,0777", "020,16,0020", "0200,128,0200"})
    void threeOctalDigitsAreRead(String text, int bits, String canonical) {
        assertThat(FileMode.parse(text)).isEqualTo(new FileMode(bits)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rw-rw----", "u=rw", "0o660", "0x1b0", "66", "0888", "-660", "01777", "00660", "6600", "660 "})
    void anythingElseIsRefusedWithWhatWouldBeRight(String text) {
        assertThatThrownBy(() -> FileMode.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not permissions of a file; give three octal digits, such as 0660 for owner and group");
    }

    @Test
    void oneThatLetsNoUserConnectIsRefused() {
        assertThatThrownBy(() -> FileMode.parse("0555"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "no user could connect, which takes the permission to write; give such as 0660");
    }
}
