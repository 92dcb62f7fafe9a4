package dev.prefork.quarkus.master;

import static java.util.Map.entry;

import dev.prefork.app.RunningMaster;
import dev.prefork.quarkus.common.LineFormatter;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * What Quarkus' configuration must say in a master, and what it says unless the user has another opinion. Found by the
 * service loader; adds nothing to a process that is not a master.
 *
 * <p>Threading: called while the configuration is built, on the main thread.
 */
public final class MasterConfigSources implements ConfigSourceFactory, SmallRyeConfigBuilderCustomizer {
    /** Above system properties (400), which may be meant for the workers: they are started with the same ones. */
    private static final int FACTS = 500;

    /** Below META-INF/microprofile-config.properties (100) and all else: what the user says wins. */
    private static final int DEFAULTS = 90;

    /** The profiles, before any source is read: one that names them would come too late. */
    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        if (RunningMaster.exists()) {
            builder.withProfiles(Management.profiles());
        }
    }

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return RunningMaster.exists()
                ? List.of(
                        new PropertiesConfigSource(
                                facts(Management.early().isPresent()), "prefork master facts", FACTS),
                        new PropertiesConfigSource(defaults(), "prefork master defaults", DEFAULTS))
                : List.of();
    }

    /** @param early whether the port is bound already, by sockets of the JDK: epoll could not take them over */
    static Map<String, String> facts(boolean early) {
        Map<String, String> facts = new HashMap<>(Map.of(
                // The sockets are the workers'.
                "quarkus.http.host-enabled", "false",
                "quarkus.http.domain-socket-enabled", "false",
                // It writes no files: neither those that a client sends, nor Vert.x' copies of files on the class path.
                "quarkus.management.body.handle-file-uploads", "false",
                "quarkus.vertx.classpath-resolving", "false",
                "quarkus.vertx.caching", "false",
                // Meant for the workers: when this process stops, only probes can still be in flight.
                "quarkus.shutdown.delay", "0S",
                "quarkus.shutdown.timeout", "1S"));
        facts.putAll(MasterLog.facts());
        if (early) {
            facts.put("quarkus.vertx.prefer-native-transport", "false");
        }
        return facts;
    }

    static Map<String, String> defaults() {
        return Map.ofEntries(
                entry("quarkus.vertx.prefer-native-transport", "true"),
                // Of what is asked on the management port only actions have a body, a short one, and no line is long.
                entry("quarkus.management.limits.max-body-size", "1K"),
                entry("quarkus.management.limits.max-header-size", "8K"),
                entry("quarkus.management.limits.max-connections", "128"),
                // Longer than the usual minute between two scrapes.
                entry("quarkus.management.idle-timeout", "90S"),
                // Health checks and scrapes are all they are for.
                entry("quarkus.thread-pool.max-threads", "16"),
                // Started at once: a probe must not need a new thread while a worker's processes have used up the pids.
                entry("quarkus.thread-pool.core-threads", "4"),
                // For the same; Vert.x would have two for each core of the node.
                entry("quarkus.vertx.event-loops-pool-size", "2"),
                entry("quarkus.banner.enabled", "false"),
                entry("quarkus.log.console.format", LineFormatter.PATTERN),
                // The master says in its own words what it listens on.
                entry("quarkus.log.category.\"io.quarkus\".level", "WARN"),
                // It says its version at every start.
                entry("quarkus.log.category.\"org.jboss.threads\".level", "WARN"));
    }
}
