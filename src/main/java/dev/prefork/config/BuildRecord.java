package dev.prefork.config;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.ConfigBuilder;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What Quarkus recorded of the settings that it fixed when the application was built. Immutable. */
// For native executables: Quarkus makes the class during the build, so no list of ours could name it.
@RegisterForReflection(classNames = BuildRecord.RECORD)
final class BuildRecord {
    /** A class that Quarkus generates. */
    static final String RECORD = "io.quarkus.runtime.generated.BuildTimeRunTimeFixedConfigSourceBuilder";

    /** Of which an application is built, if none is named. */
    private static final String BUILD_PROFILE = "prod";

    private final Optional<SmallRyeConfig> record;

    BuildRecord(Optional<SmallRyeConfig> record) {
        this.record = record;
    }

    /** Empty where nothing was recorded, as in a unit test, or the record has another form. */
    static BuildRecord of(ClassLoader loader) {
        try {
            Object generated =
                    Class.forName(RECORD, true, loader).getDeclaredConstructor().newInstance();
            return new BuildRecord(Optional.of(((ConfigBuilder) generated)
                    .configBuilder(new SmallRyeConfigBuilder())
                    .build()));
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            // The class is Quarkus' own business: where it is not as we know it, the files have to do.
            return new BuildRecord(Optional.empty());
        }
    }

    /**
     * The value of a key; empty for one that has none. It may stand there for a profile, as {@code %prod.quarkus.management.enabled}: the one
     * of the build counts, which is not recorded, so that it is taken for one that is active, or for {@code prod}.
     *
     * @param profiles that are active, the strongest last
     */
    Optional<String> value(String key, List<String> profiles) {
        return keys(key, profiles).flatMap(each -> value(each).stream()).findFirst();
    }

    /** The ways in which a key may be written, the strongest first. */
    static Stream<String> keys(String key, List<String> profiles) {
        List<String> strongestFirst = new ArrayList<>(profiles);
        Collections.reverse(strongestFirst);
        return Stream.concat(
                Stream.concat(strongestFirst.stream(), Stream.of(BUILD_PROFILE))
                        .distinct()
                        .map(profile -> "%" + profile + "." + key),
                Stream.of(key));
    }

    private Optional<String> value(String key) {
        try {
            return record.flatMap(
                    config -> Optional.ofNullable(config.getConfigValue(key).getValue()));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
