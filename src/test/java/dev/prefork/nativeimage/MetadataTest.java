package dev.prefork.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Needs NEEDS = Needs.of(Code.below(Path.of("target/classes")), RESOURCES);

    @Test
    void everythingThatIsLookedUpByNameIsListed() {
        assertThat(NEEDS.missingIn(Metadata.ours())).isEmpty();
    }

    @Test
    void everythingThatIsListedExists() {
        assertThat(Leftovers.in(Metadata.ours())).isEmpty();
    }

    @Test
    void whatIsNeededWasFound() {
        assertThat(NEEDS.members()).hasSizeGreaterThan(50);
        assertThat(NEEDS.types()).hasSizeGreaterThan(50);
        assertThat(NEEDS.resources())
                .contains("dev/prefork/cli/version.properties", "jni/aarch64-Linux/libjffi-1.2.so")
                .contains("META-INF/services/io.vertx.core.spi.transport.Transport");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.prefork.quarkus.worker.InheritedTransport",
                "dev.prefork.quarkus.master.MasterConfigSources",
                "dev.prefork.quarkus.worker.WorkerConfigSources",
                "dev.prefork.quarkus.master.Management$WaitForTheEnd",
                "java.lang.ProcessImpl",
                "sun.misc.Unsafe",
                "com.kenai.jffi.Version",
                "com.kenai.jffi.internal.StubLoader",
                "jnr.constants.platform.linux.Errno"
            })
    void aTypeThatIsNotListedIsMissed(String type) {
        Metadata without = Metadata.ours();
        remove(without, "reflection", entry -> type.equals(entry.getValue("type")));

        assertThat(NEEDS.missingIn(without)).isNotEmpty().allSatisfy(missing -> assertThat(missing)
                .startsWith(type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.lang.UnsatisfiedLinkError", "java.lang.OutOfMemoryError"})
    void anExceptionOfNativeCodeThatIsNotListedIsMissed(String exception) {
        Metadata without = Metadata.ours();
        without.entry(exception).orElseThrow().remove("jniAccessible");

        assertThat(NEEDS.missingIn(without)).containsExactly("thrown " + exception);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jni/x86_64-Linux/libjffi-1.2.so",
                "jni/aarch64-Linux/libjffi-1.2.so",
                "META-INF/services/io.vertx.core.spi.transport.Transport",
                "META-INF/services/io.smallrye.config.ConfigSourceFactory",
                "dev/prefork/cli/version.properties"
            })
    void aResourceThatIsNotListedIsMissed(String resource) {
        Metadata without = Metadata.ours();
        remove(without, "resources", entry -> resource.equals(entry.getString("glob")));

        assertThat(NEEDS.missingIn(without)).containsExactly("resource " + resource);
    }

    @Test
    void aMemberThatIsNotListedIsMissed() {
        Metadata without = Metadata.ours();
        without.entry("dev.prefork.quarkus.worker.InheritedTransport")
                .orElseThrow()
                .remove("methods");
        without.entry("com.kenai.jffi.Version").orElseThrow().remove("allPublicFields");
        without.entry("com.kenai.jffi.Version").orElseThrow().remove("allDeclaredFields");

        assertThat(NEEDS.missingIn(without))
                .contains("dev.prefork.quarkus.worker.InheritedTransport#<init>", "com.kenai.jffi.Version#MAJOR");
    }

    /** Looks a class up by its name, and reads a resource. */
    static final class AnotherUser {
        Object use() throws ClassNotFoundException {
            AnotherUser.class.getResourceAsStream("another.properties");
            return Class.forName("java.util.BitSet");
        }
    }

    @Test
    void aNewUseIsFoundInTheCode() {
        Needs more = Needs.of(Code.of(AnotherUser.class), RESOURCES);

        assertThat(more.missingIn(Metadata.ours()))
                .containsExactlyInAnyOrder("java.util.BitSet", "resource dev/prefork/nativeimage/another.properties");
    }

    @Test
    void namesThatNothingHasAnyMoreAreFound() {
        Metadata old = Metadata.ours();
        JsonObject noMethod = new JsonObject().put("name", "creat").put("parameterTypes", new JsonArray());
        old.json()
                .getJsonArray("reflection")
                .add(new JsonObject().put("type", "dev.prefork.os.OldLibc"))
                .add(new JsonObject().put("type", new JsonObject().put("proxy", new JsonArray().add("a.Gone"))))
                .add(new JsonObject()
                        .put("type", "java.util.BitSet")
                        .put("methods", new JsonArray().add(noMethod))
                        .put("fields", new JsonArray().add(new JsonObject().put("name", "gone"))));
        old.json().getJsonArray("resources").add(new JsonObject().put("glob", "jni/pdp11-Linux/libjffi-1.2.so"));

        assertThat(Leftovers.in(old))
                .containsExactlyInAnyOrder(
                        "dev.prefork.os.OldLibc",
                        "a.Gone",
                        "java.util.BitSet#creat",
                        "java.util.BitSet#gone",
                        "jni/pdp11-Linux/libjffi-1.2.so");
    }

    private static void remove(Metadata from, String list, java.util.function.Predicate<JsonObject> which) {
        assertThat(from.json().getJsonArray(list).getList().removeIf(entry -> which.test(asObject(entry))))
                .isTrue();
    }

    @SuppressWarnings("unchecked")
    private static JsonObject asObject(Object entry) {
        return entry instanceof JsonObject object ? object : new JsonObject((java.util.Map<String, Object>) entry);
    }
}
