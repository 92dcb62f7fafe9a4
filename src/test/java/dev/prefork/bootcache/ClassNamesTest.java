package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassNamesTest {
    private static final String MANY = IntStream.range(0, 400)
            .mapToObj(i -> "a/b/C" + i + " id: " + i + "\n")
            .collect(Collectors.joining());

    @TempDir
    private Path place;

    @Test
    void theLineThatIsCutOffIsLeftOut() throws IOException, UnusableException {
        Path names = place.resolve("names");
        ClassNames.copy(Files.writeString(place.resolve("record"), MANY + "a/b/D id:"), names);
        assertThat(names).hasContent(MANY);
    }

    @Test
    void bytesThatAreNotAsciiAreKept() throws IOException, UnusableException {
        Path names = place.resolve("names");
        Path record = Files.writeString(place.resolve("record"), MANY + "a/Ünïcode\n");
        ClassNames.copy(record, names);
        assertThat(Files.readString(names, StandardCharsets.UTF_8)).endsWith("a/Ünïcode\n");
    }

    @Test
    void aRecordOfAlmostNothingIsRefused() throws IOException {
        Path record = Files.writeString(place.resolve("record"), "a/b/C\n");
        assertThatThrownBy(() -> ClassNames.copy(record, place.resolve("names")))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("too few classes");
        assertThat(place.resolve("names")).doesNotExist();
    }

    @Test
    void aRecordThatIsGoneIsAFailure() {
        assertThatThrownBy(() -> ClassNames.copy(place.resolve("none"), place.resolve("names")))
                .isInstanceOf(IOException.class);
    }
}
