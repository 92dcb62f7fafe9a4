package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.config.Places;
import dev.prefork.config.RefusedException;
import dev.prefork.config.Settings;
import dev.prefork.config.Workload;
import dev.prefork.container.Readings;
import dev.prefork.master.Program;
import dev.prefork.master.Programs;
import dev.prefork.supervise.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharesTest {
    private static final long GIB = 1L << 30;
    private static final FileAttribute<?> EXECUTABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

    @TempDir
    Path directory;

    private final List<String> options = new ArrayList<>();
    private final Set<Integer> versions = new TreeSet<>(Set.of(0));
    private final Programs programs = new Programs() {
        @Override
        public void use(int version, Program program, Map<String, String> variables) {
            versions.add(version);
            options.add(variables.getOrDefault("JAVA_TOOL_OPTIONS", ""));
        }

        @Override
        public void forget(IntPredicate gone) {
            versions.removeIf(gone::test);
        }
    };
    private Workload workload;
    private Shares shares;

    @BeforeEach
    void twoWorkersInOneGib() {
        Settings settings = new Places(directory).load("java", "-jar", "app.jar");
        workload = new Workload(settings, Map.of("PATH", System.getenv("PATH")));
        shares = new Shares(workload, programs, limit(GIB), 2);
    }

    private static Readings limit(long bytes) {
        return new Readings(
                OptionalDouble.of(2),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.of(bytes),
                OptionalLong.of(64 * GIB));
    }

    private static long heap(String options) {
        return Long.parseLong(options.replaceFirst(".*-Xmx(\\d+)m.*", "$1"));
    }

    @Test
    void otherLimitsAreDividedAmongAsManyAsBefore() {
        assertThat(shares.limitsAre(limit(2 * GIB), 2)).isTrue();

        // (2048 - 160) / 2, less 64, three quarters.
        assertThat(options).singleElement().satisfies(given -> assertThat(heap(given))
                .isEqualTo(660));
        assertThat(shares.now().heap()).hasValue(660L << 20);
    }

    @Test
    void whereASharesIsTheSameNothingHasChanged() {
        assertThat(shares.limitsAre(limit(GIB), 2)).isFalse();
        assertThat(shares.limitsAre(limit(2 * GIB - (160L << 20)), 4))
                .as("twice what is left beside the master, for twice as many")
                .isFalse();
        assertThat(shares.limitsAre(limit(GIB), 3)).isTrue();
        assertThat(shares.ofOneOf(2).isTooSmall()).isFalse();
        assertThat(shares.ofOneOf(9).isTooSmall()).isTrue();
    }

    @Test
    void anotherNumberOfWorkersDividesTheSameLimits() {
        shares.on(new Report.Scaled(2, 4, "SIGTTIN"));
        shares.on(new Report.Scaled(4, 3, "SIGTTOU"));

        // (1024 - 160) / 4 or 3, less 64, three quarters.
        assertThat(options).extracting(SharesTest::heap).containsExactly(114L, 168L);
    }

    @Test
    void eachVersionHasAShareUntilAReloadIsOver() {
        assertThat(shares.add(workload)).isEqualTo(1);
        assertThat(shares.add(workload)).isEqualTo(2);
        shares.limitsAre(limit(2 * GIB), 2);
        assertThat(options).extracting(SharesTest::heap).containsExactly(276L, 276L, 660L, 660L, 660L);

        shares.on(new Report.RolloutSuperseded(1, 2));
        assertThat(versions).containsExactly(0, 2);

        shares.on(new Report.RolloutAborted(2, "exit code 1", 2, 2));
        assertThat(versions).containsExactly(0);

        assertThat(shares.add(workload)).as("never used twice").isEqualTo(3);
        shares.on(new Report.RolloutCompleted(3, 2, 0));
        assertThat(versions).containsExactly(3);
    }

    @Test
    void aVersionWhoseCommandIsMissingIsNone() {
        Workload missing = workload.with(new Places(directory).load("no-such-program"));

        assertThatThrownBy(() -> shares.add(missing)).isInstanceOf(RefusedException.class);

        assertThat(shares.add(workload)).isEqualTo(1);
    }

    /** New workers of an aborted or superseded one may serve on, and are what they were. */
    @Test
    void whatWorkersAreIsKnownHoweverAReloadEnds() {
        shares.add(workload);
        shares.on(new Report.RolloutSuperseded(1, 2));
        assertThat(shares.dumpsThreads()).isTrue();
        shares.add(workload);
        shares.on(new Report.RolloutAborted(2, "exit code 1", 1, 2));
        assertThat(shares.dumpsThreads()).isTrue();

        Workload shell = workload.with(new Places(directory).load("sleep", "1"));
        assertThat(new Shares(shell, programs, limit(GIB), 2).dumpsThreads()).isFalse();
    }

    /** Else its limits would be taken for changed at every look. */
    @Test
    void limitsAreTakenInAlsoWhileTheCommandIsGone() throws IOException {
        Path command = Files.createFile(directory.resolve("server"), EXECUTABLE);
        Workload server = workload.with(new Places(directory).load(command.toString()));
        Shares ofServer = new Shares(server, programs, limit(GIB), 2);
        Files.delete(command);

        assertThat(ofServer.limitsAre(limit(2 * GIB), 2)).isFalse();
        assertThat(ofServer.limits()).isEqualTo(limit(2 * GIB));
        assertThat(options).isEmpty();

        Files.createFile(command, EXECUTABLE);
        ofServer.on(new Report.Scaled(2, 3, "SIGTTIN"));
        assertThat(options).as("it is back").hasSize(1);
    }

    @Test
    void nothingElseChangesThem() {
        shares.on(new Report.ScaleRefused("SIGTTOU: 1 is the minimum number of workers"));

        assertThat(options).isEmpty();
    }
}
