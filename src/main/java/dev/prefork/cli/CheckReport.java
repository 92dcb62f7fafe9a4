package dev.prefork.cli;

import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;

/** What {@code prefork check} shows: every option in force with its origin, and how many workers there would be. */
final class CheckReport {

    private CheckReport() {}

    static String of(Settings settings, Readings readings) {
        Sizing sizing = settings.sizing(readings);
        settings.requireReachable(sizing.workers());
        StringBuilder text = new StringBuilder("The settings are valid.\n").append(table(settings));
        sizing.explanation().forEach(sentence -> text.append(sentence).append('\n'));
        return text.toString();
    }

    /** A line for each option with its value and its origin, and one for what the worker is. */
    static String table(Settings settings) {
        StringBuilder text = new StringBuilder();
        for (Option<?> option : Options.all()) {
            String value = settings.text(option);
            text.append("  %-22s %-25s %s%n"
                    .formatted(option.name(), value.isEmpty() ? "-" : value, settings.origin(option)));
        }
        String command = settings.command().isEmpty() ? "built-in" : settings.commandLine();
        return text.append("  %-22s %s%n".formatted("worker", command)).toString();
    }
}
