package dev.prefork.app;

import dev.prefork.config.Settings;
import java.util.function.Supplier;

/**
 * What a master was told to do, and where to look for what it is told later.
 *
 * @param settings as they were at the start
 * @param anew reads them again; throws what refuses a start
 */
public record Configured(Settings settings, Supplier<Settings> anew) {}
