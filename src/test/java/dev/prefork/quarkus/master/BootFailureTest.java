package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.ExitCode;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BootFailureTest {
    private static final String REMEDY =
            "; choose another address with quarkus.management.port and quarkus.management.host, or"
                    + " QUARKUS_MANAGEMENT_PORT and QUARKUS_MANAGEMENT_HOST";

    /** A taken port is another exception on each of Vert.x' transports. */
    static Stream<IOException> takenPorts() {
        return Stream.of(
                new BindException("Address already in use"),
                new IOException("bind(..) failed with error(-98): Address already in use"));
    }

    @ParameterizedTest
    @MethodSource("takenPorts")
    void aTakenPortIsAListenerThatCannotBeBound(IOException cause) {
        BootFailure failure = BootFailure.of(listening(cause));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.LISTEN);
        assertThat(failure.line())
                .isEqualTo("the management interface cannot listen on 0.0.0.0:9000: Address already in use" + REMEDY);
    }

    @Test
    void aFileThatCannotBeReadIsTheConfigurationsFault() {
        BootFailure failure = BootFailure.of(
                new RuntimeException("start", new java.nio.file.NoSuchFileException("/etc/tls/missing.pem")));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(failure.line()).contains("/etc/tls/missing.pem, which cannot be read (NoSuchFileException)");
    }

    @Test
    void aTemporaryFileIsNamedAsSuch() {
        String file = System.getProperty("java.io.tmpdir") + "/cache";
        BootFailure failure = BootFailure.of(new RuntimeException("start", new AccessDeniedException(file)));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(failure.line())
                .startsWith(
                        "the temporary file " + file + " cannot be made or used (AccessDeniedException): remove it if")
                .doesNotContain("configuration");
    }

    @Test
    void soIsAHostThatNobodyKnows() {
        BootFailure failure = BootFailure.of(listening(new UnknownHostException("nowhere: Name or service not known")));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.LISTEN);
        assertThat(failure.line()).contains("cannot listen on 0.0.0.0:9000: nowhere: Name or service not known;");
    }

    @Test
    void aConnectionThatTheApplicationCannotMakeIsNoListener() {
        BootFailure failure =
                BootFailure.of(new RuntimeException("Failed to start quarkus", new ConnectException("refused")));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.INTERNAL);
        assertThat(failure.line()).contains("Quarkus did not start").contains("refused");
    }

    @Test
    void allThatIsWrongWithAConfigurationIsOnOneLine() {
        BootFailure failure =
                BootFailure.of(new RuntimeException(validation("a.port: expected a number", "b is missing")));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(failure.line())
                .startsWith("invalid configuration: Configuration validation failed:")
                .contains("a.port: expected a number")
                .contains("b is missing")
                .doesNotContain("\n")
                .doesNotContain("Exception");
    }

    @Test
    void whatAnExtensionRefusesIsConfigurationToo() {
        BootFailure failure = BootFailure.of(new RuntimeException(new ConfigurationException("no such thing")));

        assertThat(failure).isEqualTo(new BootFailure(ExitCode.USAGE, "invalid configuration: no such thing"));
    }

    private static Throwable listening(IOException cause) {
        return new RuntimeException(
                "Failed to start quarkus",
                new RuntimeException(
                        "Unable to start HTTP server",
                        new IllegalStateException("Unable to start the management interface on 0.0.0.0:9000", cause)));
    }

    private static ConfigValidationException validation(String... problems) {
        return new ConfigValidationException(Stream.of(problems)
                .map(problem -> new IllegalArgumentException(problem).toString())
                .map(ConfigValidationException.Problem::new)
                .toArray(ConfigValidationException.Problem[]::new));
    }
}
