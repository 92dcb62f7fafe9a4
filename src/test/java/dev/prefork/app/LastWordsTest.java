package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class LastWordsTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final LastWords words = new LastWords(err);
    private boolean said;

    @Test
    void whatThereIsMemoryForIsSaidOnce() {
        words.prepare("internal error: it broke");
        words.say(() -> said = true);

        assertThat(said).isTrue();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatTheLogDoesNotWriteIsWritten() {
        words.prepare("internal error: it broke");
        words.say(() -> false);

        assertThat(err).hasToString("prefork: internal error: it broke\n");
    }

    @Test
    void otherwiseWhatWasPreparedIs() {
        words.prepare("internal error: it broke");
        words.say(() -> {
            throw new OutOfMemoryError("Java heap space");
        });

        assertThat(err).hasToString("prefork: internal error: it broke\n");
    }
}
