package dev.prefork.config;

import dev.prefork.container.Readings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;

/** A process' surroundings to read settings from: its command line, properties, variables and files. */
public final class Places {
    private final Path directory;
    private final Map<Option<?>, List<String>> options = new HashMap<>();
    private final Properties system = new Properties();
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> built = new HashMap<>();

    public Places(Path directory) {
        this.directory = directory;
    }

    public Places option(Option<?> option, String... values) {
        options.put(option, List.of(values));
        return this;
    }

    public Places property(String key, String value) {
        system.setProperty(key, value);
        return this;
    }

    public Places variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public Places file(String content) {
        return write("config/application.properties", content);
    }

    public Places classPath(String content) {
        return write("classes/application.properties", content);
    }

    /** What Quarkus recorded when the jar was built, out of which the master was started. */
    Places built(String key, String value) {
        built.put(key, value);
        return this;
    }

    public SettingSources sources() {
        try {
            Path classes = Files.createDirectories(directory.resolve("classes"));
            // No parent: what the tests' own class path holds must not matter.
            URL[] urls = {classes.toUri().toURL()};
            return SettingSources.of(system, environment, directory, new URLClassLoader(urls, null), record());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BuildRecord record() {
        return new BuildRecord(
                built.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SmallRyeConfigBuilder()
                                .withSources(new PropertiesConfigSource(built, "built", 1))
                                .build()));
    }

    /** What a worker is told by these settings beside what it inherits, on a machine of two cores. */
    static Map<String, String> told(Settings settings) {
        Readings readings = new Readings(
                OptionalDouble.of(2),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
        Workload workload = new Workload(settings, Map.of());
        return workload.variables(workload.share(readings, 1));
    }

    public Settings load(String... command) {
        return Settings.load(options, List.of(command), sources());
    }

    private Places write(String path, String content) {
        try {
            Path file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
