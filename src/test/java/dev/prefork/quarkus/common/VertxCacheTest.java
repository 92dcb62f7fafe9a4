package dev.prefork.quarkus.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VertxCacheTest {
    private static final String TMPDIR = "java.io.tmpdir";
    private static final String KEY = "quarkus.vertx.classpath-resolving";

    private final String tmpdir = System.getProperty(TMPDIR);

    @TempDir
    Path directory;

    @BeforeEach
    void haveNoTemporaryDirectory() {
        System.setProperty(TMPDIR, directory.resolve("missing").toString());
    }

    @AfterEach
    void restore() {
        System.setProperty(TMPDIR, tmpdir);
    }

    @Test
    void whereNothingCanBeWrittenNothingIsUnpacked() {
        assertThat(resolving(Map.of())).isEqualTo("false");
    }

    @Test
    void whereSomethingCanBeVertxIsLeftAlone() {
        System.setProperty(TMPDIR, directory.toString());
        assertThat(resolving(Map.of())).isNull();
    }

    @Test
    void aPlaceThatTheUserNamesIsTakenForGood() {
        assertThat(resolving(Map.of("quarkus.vertx.cache-directory", "/cache"))).isNull();
    }

    @Test
    void whatTheUserSaysWins() {
        assertThat(resolving(Map.of(KEY, "true"))).isEqualTo("true");
    }

    private static String resolving(Map<String, String> said) {
        return new SmallRyeConfigBuilder()
                .withSources(new ConfigSourceFactory() {
                    @Override
                    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
                        return List.of(new PropertiesConfigSource(VertxCache.defaults(context), "places", 90));
                    }
                })
                .withSources(new PropertiesConfigSource(said, "user", 100))
                .build()
                .getConfigValue(KEY)
                .getValue();
    }
}
