package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {
    private static final String TMPDIR = "java.io.tmpdir";
    private static final String MASTERS = "dev.prefork.directory";
    private static final String RESOLVING = "quarkus.vertx.classpath-resolving";
    private static final String CACHE = "quarkus.vertx.cache-directory";
    private static final String UPLOADS = "quarkus.http.body.uploads-directory";

    private final String tmpdir = System.getProperty(TMPDIR);

    @TempDir
    Path directory;

    @BeforeEach
    void haveATemporaryDirectory() {
        System.setProperty(TMPDIR, directory.toString());
    }

    @AfterEach
    void restore() {
        TemporaryFiles.remove();
        System.setProperty(TMPDIR, tmpdir);
        System.clearProperty(MASTERS);
    }

    @Test
    void cacheAndUploadsAreInOneDirectoryThatIsRemovedAtTheEnd() {
        SmallRyeConfig first = config(Map.of());
        Path own = Path.of(first.getRawValue(CACHE)).getParent();

        assertThat(own).isDirectory().hasParent(directory);
        assertThat(Path.of(first.getRawValue(UPLOADS)).getParent()).isEqualTo(own);
        assertThat(first.getRawValue(RESOLVING)).isNull();
        assertThat(config(Map.of()).getRawValue(CACHE))
                .as("the configuration is built more than once")
                .isEqualTo(first.getRawValue(CACHE));

        TemporaryFiles.remove();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void itIsInTheMastersWhereThereIsOne() throws Exception {
        Path masters = Files.createDirectory(directory.resolve("masters"));
        System.setProperty(MASTERS, masters.toString());
        assertThat(Path.of(config(Map.of()).getRawValue(CACHE)).getParent()).hasParent(masters);
    }

    @Test
    void itIsBesideTheMastersWhereThatIsGone() {
        System.setProperty(MASTERS, directory.resolve("gone").toString());
        assertThat(Path.of(config(Map.of()).getRawValue(CACHE)).getParent()).hasParent(directory);
    }

    @Test
    void whereNoneCanBeMadeNothingIsUnpackedAndNoUploadIsTaken() {
        System.setProperty(TMPDIR, directory.resolve("missing").toString());
        SmallRyeConfig config = config(Map.of());

        assertThat(config.getRawValue(RESOLVING)).isEqualTo("false");
        assertThat(config.getRawValue("quarkus.vertx.caching")).isEqualTo("false");
        assertThat(Path.of(config.getRawValue(UPLOADS)).getParent()).isEqualTo(Path.of("/dev/null"));
    }

    @Test
    void aPlaceThatTheUserNamesIsTakenForGood() {
        System.setProperty(TMPDIR, directory.resolve("missing").toString());
        SmallRyeConfig config = config(Map.of(CACHE, "/cache", UPLOADS, "/uploads"));

        assertThat(config.getRawValue(RESOLVING)).isNull();
        assertThat(config.getRawValue(CACHE)).isEqualTo("/cache");
        assertThat(config.getRawValue(UPLOADS)).isEqualTo("/uploads");
    }

    @Test
    void whatTheUserSaysWins() {
        System.setProperty(TMPDIR, directory.resolve("missing").toString());
        assertThat(config(Map.of(RESOLVING, "true")).getRawValue(RESOLVING)).isEqualTo("true");
        assertThat(TemporaryFiles.defaults(Optional.empty(), true)).doesNotContainKey(RESOLVING);
    }

    private static SmallRyeConfig config(Map<String, String> said) {
        return new SmallRyeConfigBuilder()
                .withSources(new ConfigSourceFactory() {
                    @Override
                    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
                        return List.of(new PropertiesConfigSource(TemporaryFiles.defaults(context), "files", 90));
                    }
                })
                .withSources(new PropertiesConfigSource(said, "user", 100))
                .build();
    }
}
