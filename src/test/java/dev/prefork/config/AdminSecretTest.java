package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminSecretTest {
    private static final String TOKEN = "s3cret-s3cret-s3cret";

    @TempDir
    Path directory;

    private Places places() {
        return new Places(directory);
    }

    @Test
    void noneIsThereByDefault() {
        assertThat(AdminSecret.of(places().load())).isEmpty();
    }

    @Test
    void aTokenIsKnownAndNeverShown() {
        Settings settings = places().variable("PREFORK_ADMIN_TOKEN", TOKEN).load();
        assertThat(AdminSecret.of(settings)).hasValue(TOKEN);
        assertThat(settings.text(Options.ADMIN_TOKEN)).isEqualTo("................");
        assertThat(settings.assignment(Options.ADMIN_TOKEN)).isEqualTo("PREFORK_ADMIN_TOKEN=................");
        assertThat(settings.get(Options.ADMIN_TOKEN)).hasToString("Optional[................]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tooshort",
                "has a blank in its midst",
                "not-of-ascii-\u00e4\u00f6\u00fc-chars",
                "tab\tin-the-token-here"
            })
    void whatCannotBeOneIsRefusedWithoutBeingShown(String token) {
        for (Places places : new Places[] {
            places().variable("PREFORK_ADMIN_TOKEN", token),
            places().property("prefork.admin-token", token),
            places().option(Options.ADMIN_TOKEN, token)
        }) {
            assertThatThrownBy(places::load)
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("16 to 256")
                    .hasMessageNotContaining(token);
        }
    }

    @Test
    void aReferenceToNothingIsNotShownEither() {
        assertThatThrownBy(() -> places().property("prefork.admin-token", "s3cret${no.such.key}")
                        .load())
                .isInstanceOf(UsageException.class)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aFileIsReadEachTime() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        Settings settings =
                places().variable("PREFORK_ADMIN_TOKEN_FILE", file.toString()).load();
        assertThat(AdminSecret.of(settings)).hasValue(TOKEN);

        Files.writeString(file, "another-" + TOKEN);
        assertThat(AdminSecret.of(settings)).hasValue("another-" + TOKEN);
        Files.writeString(file, "short");
        assertThat(AdminSecret.of(settings)).isEmpty();
        Files.delete(file);
        assertThat(AdminSecret.of(settings)).isEmpty();
    }

    @Test
    void aFileWithoutATokenIsRefusedAtTheStart() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "short");
        assertThatThrownBy(() -> places().option(Options.ADMIN_TOKEN_FILE, file.toString())
                        .load())
                .hasMessageContaining("has no token")
                .hasMessageNotContaining("short\n");
        assertThatThrownBy(() -> places().option(Options.ADMIN_TOKEN_FILE, file + ".none")
                        .load())
                .hasMessageContaining("is not a file");
        assertThatThrownBy(() -> places().option(Options.ADMIN_TOKEN_FILE, directory.toString())
                        .load())
                .hasMessageContaining("is not a file");
    }

    @Test
    void bothAreOneTooMany() {
        assertThatThrownBy(() -> places().variable("PREFORK_ADMIN_TOKEN", TOKEN)
                        .option(Options.ADMIN_TOKEN_FILE, "src/test/resources/config/admin-token")
                        .load())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("leave one out")
                .hasMessageNotContaining(TOKEN);
    }
}
