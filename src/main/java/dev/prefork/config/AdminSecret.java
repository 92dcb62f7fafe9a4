package dev.prefork.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The token of those who may change something over the management interface, as it was given: itself, or a file that has it.
 * Immutable; any thread.
 *
 * <p>Its text shows nothing of it: reports, errors and termination messages are kept and collected.
 */
public final class AdminSecret {
    /** So that it can be sent in a header, and not be guessed. */
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,256}");

    private static final String RULE =
            "a token has 16 to 256 letters, digits and signs of ASCII, and no blanks; openssl rand"
                    + " -hex 32 makes one";
    private static final int LARGEST = 4096;
    private static final String SHOWN = "................";

    private final String token;

    private AdminSecret(String token) {
        this.token = token;
    }

    static AdminSecret parse(String text) {
        if (!TOKEN.matcher(text).matches()) {
            throw new IllegalArgumentException(RULE);
        }
        return new AdminSecret(text);
    }

    /** A file that has one now; it may have another one later. */
    static Path file(String name) {
        Path path = Path.of(name);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(
                    name
                            + " is not a file, so no one could act over the management interface; mount it, or correct the path");
        }
        if (read(path).isEmpty()) {
            throw new IllegalArgumentException(name + " cannot be read, or has no token: " + RULE);
        }
        return path;
    }

    /** What it is at the moment: a mounted Secret may change. Empty where none was given, or none is in the file any more. */
    public static Optional<String> of(Settings settings) {
        return settings.get(Options.ADMIN_TOKEN_FILE)
                .map(AdminSecret::read)
                .orElseGet(() -> settings.get(Options.ADMIN_TOKEN).map(secret -> secret.token));
    }

    private static Optional<String> read(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            String text = new String(in.readNBytes(LARGEST), StandardCharsets.US_ASCII).strip();
            return Optional.of(text).filter(TOKEN.asMatchPredicate());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AdminSecret secret && secret.token.equals(token);
    }

    @Override
    public int hashCode() {
        return token.hashCode();
    }

    @Override
    public String toString() {
        return SHOWN;
    }
}
