package dev.prefork.cli;

import dev.prefork.config.SettingSources;
import dev.prefork.config.Settings;
import java.util.List;

/** What a whole command line means, for tests of other packages: the program alone takes one apart. */
public final class CommandLineSettings {
    private CommandLineSettings() {}

    public static Settings read(List<String> arguments, SettingSources sources) {
        Arguments parsed = Arguments.parse(arguments.toArray(String[]::new));
        return Settings.load(parsed.options(), parsed.command(), sources);
    }
}
