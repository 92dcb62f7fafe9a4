package dev.prefork.quarkus.common;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * What every application that has this project among its dependencies is built with, unless its own settings say otherwise.
 * These hold from the build on; an application.properties in a dependency is not read, and for a
 * META-INF/microprofile-config.properties the JDK's file system for archives would be loaded at each start.
 *
 * <p>Threading: called while a configuration is built, on one thread.
 */
public final class BuildDefaults implements ConfigSourceFactory {
    /** Below META-INF/microprofile-config.properties (100) of the application. */
    private static final int ORDINAL = 95;

    static final Map<String, String> VALUES = Map.of(
            // Announces the shutdown before requests are waited for: the moment to stop accepting. It delays nothing by
            // itself.
            "quarkus.shutdown.delay-enabled", "true");

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return List.of(new PropertiesConfigSource(VALUES, "prefork build defaults", ORDINAL));
    }
}
