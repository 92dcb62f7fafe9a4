package dev.prefork.config;

import io.quarkus.runtime.configuration.ConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Optional;

/**
 * What Quarkus recorded of the configuration when the application was built: for some keys that holds, regardless of what is configured
 * later. Quarkus generates a class that knows it.
 */
final class BuiltIn {
    private static final String RECORD = "io.quarkus.runtime.generated.BuildTimeRunTimeFixedConfigSourceBuilder";

    private BuiltIn() {}

    /** The recorded value; empty where nothing was recorded, as in a unit test, or the record has another form. */
    static Optional<String> value(ClassLoader loader, String key) {
        try {
            Object generated =
                    Class.forName(RECORD, true, loader).getDeclaredConstructor().newInstance();
            return Optional.ofNullable(((ConfigBuilder) generated)
                    .configBuilder(new SmallRyeConfigBuilder())
                    .build()
                    .getConfigValue(key)
                    .getValue());
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            // The class is Quarkus' own business: where it is not as we know it, the files have to do.
            return Optional.empty();
        }
    }
}
