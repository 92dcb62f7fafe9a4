package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has workers that run {@code pod/obedient.py} killed. */
final class Deaths {
    private static final Pattern EATS = Pattern.compile("^eats in pid (\\d+)$");

    private Deaths() {}

    /** Makes some worker take memory until the kernel kills it, and returns its pid; for the first time in a master's life. */
    static long byHunger(StartedMaster master) {
        try {
            throw new AssertionError("/eat was answered: " + master.get("/eat"));
        } catch (IOException expected) {
            // It is gone before it could answer.
            Matcher line = EATS.matcher(
                    master.process().awaitLine(EATS.pattern(), SOON).text());
            assertThat(line.find()).isTrue();
            return Long.parseLong(line.group(1));
        }
    }
}
