package dev.prefork.config;

/**
 * Whether Quarkus' own settings have something to say about the master's console. Immutable.
 *
 * @param configured whether there are any
 * @param disabled whether there is to be no console at all
 */
public record ConsoleSettings(boolean configured, boolean disabled) {
    /** Below it are the settings of Quarkus' console. */
    public static final String PREFIX = "quarkus.log.console.";

    static ConsoleSettings of(SettingSources sources) {
        boolean disabled = sources.find(PREFIX + "enabled")
                .or(() -> sources.find(PREFIX + "enable"))
                .filter(found -> found.text().strip().equals("false"))
                .isPresent();
        return new ConsoleSettings(sources.hasAnyBelow(PREFIX), disabled);
    }
}
