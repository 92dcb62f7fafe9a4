package dev.prefork.quarkus.common;

import dev.prefork.os.TemporaryDirectory;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import java.util.Map;

/**
 * What the configuration says about Vert.x' directory for files that it finds on the class path. Vert.x makes one when it
 * starts, and without it nothing starts.
 *
 * <p>Threading: called while the configuration is built.
 */
public final class VertxCache {
    private VertxCache() {}

    /** Does without it where it has no place, unless the user has named one; to be ranked below the user's settings. */
    public static Map<String, String> defaults(ConfigSourceContext context) {
        ConfigValue named = context.getValue("quarkus.vertx.cache-directory");
        boolean elsewhere =
                (named != null && named.getValue() != null) || System.getProperty("vertx.cacheDirBase") != null;
        return defaults(elsewhere || TemporaryDirectory.isUsable());
    }

    static Map<String, String> defaults(boolean hasPlace) {
        return hasPlace ? Map.of() : Map.of("quarkus.vertx.classpath-resolving", "false");
    }
}
