package dev.prefork.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The application whose own jar this master was started from: built with {@code quarkus.package.main-class=prefork}, it boots
 * in the master too, without its HTTP server. Immutable.
 *
 * @param name as the application was built with
 * @param profiles of the configuration, the strongest last: the application's own, and the master's
 */
public record OwnApplication(String name, List<String> profiles) {
    /** What an application's settings for its master begin with, after a percent sign. */
    public static final String PROFILE = "prefork-master";

    private static final String NAME = "quarkus.application.name";
    private static final String OURS = "prefork";
    private static final String MANAGEMENT = "quarkus.management.enabled";

    public OwnApplication {
        profiles = List.copyOf(profiles);
    }

    /**
     * Empty where the jar is Prefork's own.
     *
     * @param profiles that are active without the master's, the strongest last
     */
    static Optional<OwnApplication> of(BuildRecord built, List<String> profiles) {
        return built.value(NAME, profiles)
                .filter(name -> !name.equals(OURS))
                .map(name -> new OwnApplication(
                        name,
                        Stream.concat(profiles.stream(), Stream.of(PROFILE)).toList()));
    }

    /**
     * Refuses a build whose master could serve neither health nor metrics: nothing outside of the application changes that.
     *
     * @throws UsageException if the management interface was not built in
     */
    static void requireManagement(BuildRecord built, List<String> profiles) {
        Optional<String> name = built.value(NAME, profiles);
        if (name.isPresent() && !built.value(MANAGEMENT, profiles).equals(Optional.of("true"))) {
            throw new UsageException("the application " + name.get() + " was built without " + MANAGEMENT
                    + "=true, so a master from its jar could serve neither health nor metrics; set that in its"
                    + " application.properties and build it again, or start it with prefork -- java -jar");
        }
    }

    /** For the log. */
    public String line() {
        return "the application " + name + " also boots in this master, with the profile " + PROFILE
                + ": its @Startup beans, schedulers and pools run here too, unless %" + PROFILE
                + ". settings switch them off; see docs/QUARKUS.md";
    }
}
