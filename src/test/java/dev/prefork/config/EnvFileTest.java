package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvFileTest {
    @TempDir
    Path directory;

    @Test
    void everyLineIsAnAssignmentACommentOrBlank() {
        assertThat(EnvFile.parse("# what the shop needs\nA=1\n\n  #B=2\nexport C=3\n\tD=\n\n#"))
                .containsExactly(new Assignment("A", "1"), new Assignment("C", "3"), new Assignment("D", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a b  c   | a b  c",
                "a=b,c    | a=b,c",
                "a#b # c  | a#b # c",
                "it's     | it's",
                "C:\\dir   | C:\\dir",
                "$HOME    | $HOME",
                "' a '    | ` a `",
                "'a\"$\\n' | a\"$\\n",
                "\" a'b \" | ` a'b `",
                "\"a\\\"b\\\\c\\$d\\`e\\n\" | ``",
                "''       | ``"
            })
    void aValueIsTakenAsItStandsAndQuotesKeepItsEnds(String written, String meant) {
        String expected = written.startsWith("\"a\\\"b") ? "a\"b\\c$d`e\\n" : meant;

        assertThat(EnvFile.parse("A=" + written))
                .containsExactly(new Assignment("A", expected == null ? "" : expected));
    }

    @Test
    void aQuotedValueMayGoOnForSeveralLines() {
        assertThat(EnvFile.parse("KEY='-----BEGIN\nabc\n-----END'\nB=\"1\n2\"\nC=3"))
                .containsExactly(
                        new Assignment("KEY", "-----BEGIN\nabc\n-----END"),
                        new Assignment("B", "1\n2"),
                        new Assignment("C", "3"));
    }

    @Test
    void aLongQuotedValueIsReadToItsEnd() {
        String value = "a\\\\".repeat(100_000);

        assertThat(EnvFile.parse("A=\"" + value + "\"")).containsExactly(new Assignment("A", "a\\".repeat(100_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "=1", "A B=1", "A =1", "A='x", "A=\"x\\\"", "A='x' y", "A=\"x\"y", "export"})
    void anyOtherLineIsRefusedWithItsNumberAndWithoutItsValue(String line) {
        assertThatThrownBy(() -> EnvFile.parse("# first\nGOOD=1\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 3 is not NAME=VALUE, or its quotation mark is not closed")
                .hasMessageNotContaining("x");
    }

    @ParameterizedTest
    @CsvSource({"LISTEN_FDS=1, LISTEN_FDS is set for each worker by Prefork", "1A=2, a variable's name has letters"})
    void aNameThatNoWorkerMayBeGivenIsRefusedWithTheNumberOfItsLine(String line, String message) {
        assertThatThrownBy(() -> EnvFile.parse("A=1\n" + line)).hasMessageStartingWith("line 2: " + message);
    }

    @Test
    void windowsLineEndsAreNoPartOfAValue() throws IOException {
        Path file = Files.writeString(directory.resolve("x.env"), "A=1\r\nB='2'\r\n");

        assertThat(EnvFile.read(file.toString()))
                .isEqualTo(new EnvFile(file, List.of(new Assignment("A", "1"), new Assignment("B", "2"))));
    }

    @Test
    void whatIsNoTextFileIsRefused() throws IOException {
        Path latin = Files.write(directory.resolve("latin.env"), new byte[] {'A', '=', (byte) 0xe4});
        Path big = Files.writeString(directory.resolve("big.env"), "#".repeat((1 << 20) + 1));

        assertThatThrownBy(() -> EnvFile.read(latin.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("latin.env cannot be read as UTF-8 text");
        for (String other : List.of(directory.toString(), big.toString(), "/dev/zero")) {
            assertThatThrownBy(() -> EnvFile.read(other))
                    .hasMessageStartingWith(other + " is not a regular file of at most 1 MiB;");
        }
        assertThatThrownBy(() -> EnvFile.read(directory + "/none.env"))
                .hasMessageEndingWith(
                        "none.env does not exist, and workers would lack its variables; mount it, or correct"
                                + " the path");
    }
}
