package dev.prefork.config;

/**
 * Where an option's value came from. Immutable.
 *
 * @param name in the form its user wrote it: {@code --workers}, {@code prefork.workers} or {@code PREFORK_WORKERS}
 * @param place more about where that was, such as a file's name; empty where the name tells it
 */
public record Origin(Kind kind, String name, String place) {

    /** In order of precedence, strongest first; the two files in that order too. */
    public enum Kind {
        COMMAND_LINE,
        SYSTEM_PROPERTY,
        ENVIRONMENT,
        APPLICATION_PROPERTIES,
        DEFAULT
    }

    /** The assignment as its user wrote it: {@code --workers 2}, {@code PREFORK_WORKERS=2}. */
    String with(String value) {
        return (kind == Kind.COMMAND_LINE || kind == Kind.DEFAULT ? name + " " : name + "=") + value + suffix();
    }

    /** Such as {@code --workers}, {@code prefork.workers (config/application.properties)} or {@code --ready (default)}. */
    @Override
    public String toString() {
        return name + suffix();
    }

    private String suffix() {
        return place.isEmpty() ? "" : " (" + place + ")";
    }
}
