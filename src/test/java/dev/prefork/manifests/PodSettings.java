package dev.prefork.manifests;

import dev.prefork.cli.CommandLineSettings;
import dev.prefork.config.SettingSources;
import dev.prefork.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What a master would make of a container's variables and arguments. */
final class PodSettings {
    private PodSettings() {}

    static Settings read(Path emptyDirectory, Map<String, String> variables, List<String> arguments) {
        // No parent: what the tests' own class path holds must not matter.
        try (URLClassLoader nothing = new URLClassLoader(new URL[0], null)) {
            return CommandLineSettings.read(
                    arguments, SettingSources.of(new Properties(), variables, emptyDirectory, nothing));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
