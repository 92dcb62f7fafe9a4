package dev.prefork.cli;

import dev.prefork.config.Setting;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;

/** What {@code prefork check} shows: every setting in force with its origin, and how many workers there would be. */
final class CheckReport {

    private CheckReport() {}

    static String of(Settings settings, Readings readings) {
        Sizing sizing = Sizing.of(settings.workers(), readings, settings.workerKind());
        settings.requireReachable(sizing.workers());
        StringBuilder text = new StringBuilder("The settings are valid.\n").append(table(settings));
        sizing.explanation().forEach(sentence -> text.append(sentence).append('\n'));
        return text.toString();
    }

    /** A line for each setting with its value and its origin, and one for what the worker is. */
    static String table(Settings settings) {
        StringBuilder text = new StringBuilder();
        for (Setting setting : Setting.values()) {
            append(
                    text,
                    setting.key(),
                    settings.text(setting),
                    settings.origins().get(setting).toString());
        }
        String command = settings.command().isEmpty() ? "built-in" : String.join(" ", settings.command());
        return text.append("  %-22s %s%n".formatted("worker", Page.plain(command)))
                .toString();
    }

    private static void append(StringBuilder text, String key, String value, String origin) {
        text.append("  %-22s %-25s %s%n".formatted(key, value.isEmpty() ? "-" : value, origin));
    }
}
