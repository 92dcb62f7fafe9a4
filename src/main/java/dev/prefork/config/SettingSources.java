package dev.prefork.config;

import io.quarkus.runtime.configuration.QuarkusConfigBuilderCustomizer;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import io.smallrye.config.common.utils.ConfigSourceUtil;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The places outside the command line where settings are looked for: system properties, environment, {@code
 * config/application.properties} beside the working directory, and {@code application.properties} on the class path, in
 * this order. Immutable.
 *
 * <p>They are read as Quarkus reads them, with its profiles and expressions, but by a configuration of our own that is
 * never registered: this happens before Quarkus starts, and Quarkus must find no configuration but the one it builds.
 */
public final class SettingSources {
    static final String FILE = "config/application.properties";
    static final String CLASS_PATH = "application.properties";
    private static final String SYSTEM = "system property";
    private static final String ENVIRONMENT = "environment";

    private final SmallRyeConfig config;
    private final List<ConfigSource> properties;
    private final Map<String, String> environment;
    private final BuildRecord built;
    private final List<String> profiles;
    private final Optional<OwnApplication> application;

    private SettingSources(
            List<ConfigSource> properties, Map<String, String> environment, ClassLoader loader, BuildRecord built) {
        this.built = built;
        SmallRyeConfig asInWorkers = config(properties, environment, loader, List.of());
        profiles = new ArrayList<>(asInWorkers.getProfiles());
        // It tells the strongest first, and is given the strongest last.
        Collections.reverse(profiles);
        application = OwnApplication.of(built, profiles);
        config = application
                .map(own -> config(properties, environment, loader, own.profiles()))
                .orElse(asInWorkers);
        this.properties = properties;
        this.environment = environment;
    }

    /** Those of this process, read now. */
    public static SettingSources ofThisProcess() {
        // Quarkus' runner puts the application's own loader there.
        ClassLoader loader = Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                .orElse(SettingSources.class.getClassLoader());
        return of(System.getProperties(), System.getenv(), Path.of(""), loader);
    }

    /** The given ones. */
    public static SettingSources of(
            Properties system, Map<String, String> environment, Path workingDirectory, ClassLoader loader) {
        return of(system, environment, workingDirectory, loader, BuildRecord.of(loader));
    }

    static SettingSources of(
            Properties system,
            Map<String, String> environment,
            Path workingDirectory,
            ClassLoader loader,
            BuildRecord built) {
        List<ConfigSource> properties = new ArrayList<>();
        // A copy, because others may change the system's properties while we read; the ordinals are the platform's.
        properties.add(place(SYSTEM, 400, (Properties) system.clone()));
        Path file = workingDirectory.resolve(FILE);
        if (Files.exists(file)) {
            properties.add(place(FILE, 260, load(FILE, () -> Files.newBufferedReader(file))));
        }
        URL resource = loader.getResource(CLASS_PATH);
        if (resource != null) {
            Properties loaded =
                    load(CLASS_PATH, () -> new InputStreamReader(resource.openStream(), StandardCharsets.UTF_8));
            properties.add(place(CLASS_PATH, 250, loaded));
        }
        Map<String, String> variables = Map.copyOf(environment);
        return new SettingSources(List.copyOf(properties), variables, loader, built);
    }

    /** @param profiles those that are active, the strongest last; empty for those that the sources name */
    private static SmallRyeConfig config(
            List<ConfigSource> properties, Map<String, String> environment, ClassLoader loader, List<String> profiles) {
        return new SmallRyeConfigBuilder()
                .forClassLoader(loader)
                .withProfiles(profiles)
                .withCustomizers(new QuarkusConfigBuilderCustomizer())
                .addDefaultInterceptors()
                .withSources(properties)
                .withSources(new EnvConfigSource(environment, 300))
                .build();
    }

    /** Whose own jar this process was started from; empty where that is Prefork's own. */
    Optional<OwnApplication> application() {
        return application;
    }

    /** @throws UsageException if a master from this jar could serve neither health nor metrics */
    void requireManagement() {
        OwnApplication.requireManagement(built, profiles);
    }

    /** The environment variables among them. */
    public Map<String, String> environment() {
        return environment;
    }

    /** What is given for an option, by its key or, for a list, by the keys of its elements. */
    Optional<Given> find(Option<?> option) {
        Optional<Found> whole = find(option.key());
        if (option.kind() != Option.Kind.LIST) {
            return whole.map(Found::given);
        }
        List<String> elements = new ArrayList<>();
        Optional<Found> first = find(option.key() + "[0]");
        for (Optional<Found> next = first; next.isPresent(); next = find(option.key() + "[" + elements.size() + "]")) {
            elements.add(next.get().text());
        }
        // Both forms may be there; the stronger source wins as for any other key, and never a mixture of the two.
        boolean oneByOne = first.isPresent()
                && first.get().ordinal() > whole.map(Found::ordinal).orElse(Integer.MIN_VALUE);
        return oneByOne ? first.map(found -> new Given(elements, found.origin())) : whole.map(Found::given);
    }

    /** The value of a key from the strongest source that has it, with where it was found. */
    Optional<Found> find(String key) {
        ConfigValue value;
        try {
            value = config.getConfigValue(key);
        } catch (RuntimeException e) {
            throw new UsageException(key + " cannot be read: " + e.getMessage() + "; correct what it refers to");
        }
        if (value.getRawValue() == null) {
            return Optional.empty();
        }
        Origin origin = origin(key, value);
        if (value.getValue() == null) {
            // A worker's variable may be a secret, which an error must not spread.
            boolean secret = key.startsWith(Options.ENV.key()) || key.equals(Options.ADMIN_TOKEN.key());
            throw new UsageException((secret ? origin.toString() : origin.with(value.getRawValue()))
                    + ": this refers to a value that is not set; set it, or give it a default as in ${NAME:default}");
        }
        return Optional.of(new Found(value.getValue(), value.getConfigSourceOrdinal(), origin));
    }

    /** The value of a key that is fixed when the application is built: nothing outside the application changes it. */
    Optional<String> findBuiltIn(String key) {
        return built.value(key, profiles).or(() -> properties.stream()
                .filter(source -> source.getName().equals(CLASS_PATH))
                .flatMap(source -> BuildRecord.keys(key, profiles)
                        .flatMap(each -> Optional.ofNullable(source.getValue(each)).stream()))
                .findFirst());
    }

    /** Whether anything is set whose key begins so, in any form in which it may be written. */
    boolean hasAnyBelow(String prefix) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .anyMatch(name -> name.startsWith(prefix) || name.startsWith(variable(prefix)));
    }

    /** Whether nothing else than these is set of all keys that begin so. */
    boolean onlyBelow(String prefix, Set<String> allowed) {
        Set<String> variables = allowed.stream().map(SettingSources::variable).collect(Collectors.toSet());
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith(prefix) || name.startsWith(variable(prefix)))
                .allMatch(name -> variables.contains(variable(name)));
    }

    /** Every key below {@code prefork} in system properties and files, without its profile, with where it was found. */
    Map<String, String> preforkKeys() {
        Map<String, String> found = new TreeMap<>();
        for (ConfigSource source : properties) {
            for (String name : new TreeSet<>(source.getPropertyNames())) {
                String key = name.startsWith("%") ? name.substring(name.indexOf('.') + 1) : name;
                if (key.startsWith("prefork.")) {
                    found.putIfAbsent(key, source.getName());
                }
            }
        }
        return found;
    }

    /** A value that was set; the ordinal tells the stronger of two. */
    record Found(String text, int ordinal, Origin origin) {
        Given given() {
            return new Given(List.of(text), origin);
        }
    }

    private static Properties load(String name, Opening opening) {
        Properties loaded = new Properties();
        try (Reader reader = opening.open()) {
            loaded.load(reader);
            return loaded;
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException(name + " cannot be read: " + e + "; correct or remove it");
        }
    }

    /** Properties under a name that we know again in the origin of a value. */
    private static ConfigSource place(String name, int ordinal, Properties properties) {
        return new MapBackedConfigSource(name, ConfigSourceUtil.propertiesToMap(properties), ordinal) {};
    }

    private interface Opening {
        Reader open() throws IOException;
    }

    private static Origin origin(String key, ConfigValue value) {
        return switch (value.getConfigSourceName()) {
            case SYSTEM -> new Origin(Origin.Kind.SYSTEM_PROPERTY, key, SYSTEM);
            case FILE, CLASS_PATH -> new Origin(Origin.Kind.APPLICATION_PROPERTIES, key, value.getConfigSourceName());
            default -> new Origin(Origin.Kind.ENVIRONMENT, variable(key), "");
        };
    }

    /** The environment variable of a key, by the rule of MicroProfile Config. */
    private static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
