package dev.prefork.quarkus.worker;

import dev.prefork.handoff.AdoptionException;
import dev.prefork.handoff.Inheritance;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * What a worker's configuration must say because its listeners are given, and what it says unless the user has another
 * opinion. Found by the service loader in every application that has this project among its dependencies; adds nothing to a
 * process that is not a worker.
 *
 * <p>Threading: called while the configuration is built, on the main thread.
 */
public final class WorkerConfigSources implements ConfigSourceFactory {
    /** Above system properties (400): where the socket is bound is a fact, and QUARKUS_HTTP_PORT may say otherwise. */
    private static final int FACTS = 500;

    /** Below META-INF/microprofile-config.properties (100) and all else: what the user says wins. */
    private static final int DEFAULTS = 90;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return Inheritance.isPossible() ? sources(context) : List.of();
    }

    private static List<ConfigSource> sources(ConfigSourceContext context) {
        Inheritance inheritance;
        try {
            inheritance = Inheritance.ofThisProcess();
        } catch (AdoptionException e) {
            // An exception here would be told as a class that cannot be initialised. The start reports it in one line.
            return List.of();
        }
        if (!inheritance.isWorker()) {
            return List.of();
        }
        Assignment assignment = AcceptGate.ofThisProcess()
                .assign(Assignment.of(inheritance, port(context, ServerKind.PLAIN), port(context, ServerKind.TLS)));
        Map<String, String> environment = System.getenv();
        return List.of(
                source("prefork worker log", WorkerLog.begin(environment, context), DEFAULTS),
                source("prefork worker overruled", OverruledAddress.settings(context, assignment, environment), FACTS),
                source("prefork worker facts", WorkerSettings.facts(inheritance, assignment), FACTS),
                source("prefork worker defaults", WorkerSettings.defaults(inheritance, environment), DEFAULTS),
                source("prefork worker files", TemporaryFiles.defaults(context), DEFAULTS));
    }

    /** The configured port; 0 stands for any, and a server is known by its port, so that it gets the usual one. */
    private static int port(ConfigSourceContext context, ServerKind kind) {
        ConfigValue value = context.getValue(kind.portKey());
        String configured = value == null || value.getValue() == null ? "0" : value.getValue();
        int port = configured.strip().matches("\\d{1,5}") ? Integer.parseInt(configured.strip()) : 0;
        return port == 0 ? kind.defaultPort() : port;
    }

    private static ConfigSource source(String name, Map<String, String> values, int ordinal) {
        return new PropertiesConfigSource(values, name, ordinal);
    }
}
