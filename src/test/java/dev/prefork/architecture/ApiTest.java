package dev.prefork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Command;
import dev.prefork.Hooks;
import dev.prefork.Prefork;
import dev.prefork.PreforkException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The package {@code dev.prefork} is the API and nothing else. */
class ApiTest {
    private static final Api API = new Api("dev.prefork", PreforkException.class);

    /** The same rules for samples in this package. */
    private static final Api SAMPLES = new Api(ApiTest.class.getPackageName(), ApiSamples.SampleException.class);

    @Test
    void thePackageShowsOnlyItself() {
        List<Class<?>> classes = API.classesBelow(Path.of("target/classes"));

        assertThat(classes).contains(Prefork.class, Command.class, Hooks.Listening.class, PreforkException.class);
        assertThat(API.violations(classes)).isEmpty();
        assertThat(PreforkException.class.getSuperclass()).isEqualTo(RuntimeException.class);
    }

    @Test
    void itsCommentsPromiseNoExceptionOfAnotherPackage() {
        List<TextFile> sources = ProjectFiles.all().stream()
                .filter(file -> file.directory().equals("src/main/java/dev/prefork"))
                .toList();

        assertThat(sources).extracting(TextFile::name).contains("Prefork.java");
        assertThat(sources.stream().flatMap(API::undocumentable)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                ApiSamples.Shows.Parameter.class,
                ApiSamples.Shows.Result.class,
                ApiSamples.Shows.InResult.class,
                ApiSamples.Shows.InArray.class,
                ApiSamples.Shows.InBound.class,
                ApiSamples.Shows.Thrown.class,
                ApiSamples.Shows.Attribute.class,
                ApiSamples.Shows.Inherited.class,
                ApiSamples.Shows.Made.class
            })
    void aTypeOfAnotherPackageMustNotBeShown(Class<?> sample) {
        assertThat(SAMPLES.violations(List.of(sample)))
                .singleElement()
                .asString()
                .matches(
                        ".*Shows\\$\\w+(#\\S+)? shows dev\\.prefork\\.(os\\.Posix|listen\\.ListenException), which is not part"
                                + " of the API");
    }

    @Test
    void whatUsersCannotReachMayNameAnything() {
        assertThat(SAMPLES.violations(List.of(ApiSamples.Inside.class, ApiSamples.Inside.Hidden.class)))
                .isEmpty();
    }

    @Test
    void aClassOfTheApiIsPublic() {
        assertThat(SAMPLES.violations(List.of(Floors.class)))
                .containsExactly(Floors.class.getName() + " is not public: machinery belongs into another package");
    }

    @Test
    void anExceptionHasTheCommonParent() {
        assertThat(SAMPLES.violations(List.of(ApiSamples.SampleException.class, ApiSamples.NamedException.class)))
                .isEmpty();
        assertThat(SAMPLES.violations(List.of(ApiSamples.StrayException.class)))
                .containsExactly(ApiSamples.StrayException.class.getName() + " does not extend SampleException");
    }

    @Test
    void aCommentThatPromisesAForeignExceptionIsFound() {
        TextFile source = new TextFile(
                "A.java",
                List.of(
                        "     * @throws PreforkException if",
                        "     * @throws Exception if",
                        "     * @throws dev.prefork.listen.ListenException if",
                        "     * @throws LaunchRefusedException if"));

        assertThat(API.undocumentable(source))
                .containsExactly(
                        "A.java has @throws dev.prefork.listen.ListenException, which is not part of the API",
                        "A.java has @throws LaunchRefusedException, which is not part of the API");
    }
}
