package dev.prefork.quarkus.master;

import dev.prefork.os.TemporaryDirectory;
import dev.prefork.supervise.ExitCode;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why Quarkus did not start, as its user should read it. Immutable.
 *
 * @param line whole, with a remedy where there is one
 */
record BootFailure(ExitCode exitCode, String line) {
    /** How Quarkus tells that it could not bind, and where; what the cause is depends on the transport in use. */
    private static final Pattern CANNOT_LISTEN =
            Pattern.compile(".*Unable to start the management interface on (\\S+)");

    /** Netty's native transport names the call and the number first; only we need them. */
    private static final Pattern NATIVE_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ");

    private static final Pattern EXCEPTION_NAME = Pattern.compile("(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error): ");

    static BootFailure of(Throwable failure) {
        List<Throwable> chain = Stream.iterate(failure, Throwable::getCause)
                .takeWhile(each -> each != null)
                .toList();
        Throwable root = chain.get(chain.size() - 1);
        Optional<String> address = chain.stream()
                .map(each -> CANNOT_LISTEN.matcher(String.valueOf(each.getMessage())))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst();
        if (address.isPresent() && root instanceof IOException) {
            return cannotListen(address.get(), NATIVE_CALL.matcher(text(root)).replaceFirst(""));
        }
        if (root instanceof ConfigurationException || root instanceof ConfigValidationException) {
            return new BootFailure(ExitCode.USAGE, "invalid configuration: " + text(root));
        }
        if (root instanceof FileSystemException file && isTemporary(file)) {
            return new BootFailure(
                    ExitCode.USAGE,
                    "the temporary file " + file.getFile() + " cannot be made or used ("
                            + root.getClass().getSimpleName()
                            + "): remove it if it is another user's, make room, or name another directory with"
                            + " -Djava.io.tmpdir");
        }
        if (root instanceof FileSystemException file && file.getFile() != null) {
            return new BootFailure(
                    ExitCode.USAGE,
                    "the configuration names " + file.getFile() + ", which cannot be read ("
                            + root.getClass().getSimpleName() + "); correct the path or its permissions");
        }
        return new BootFailure(ExitCode.INTERNAL, "internal error: Quarkus did not start: " + root);
    }

    /** @param address host and port */
    static BootFailure cannotListen(String address, String reason) {
        return new BootFailure(
                ExitCode.LISTEN,
                "the management interface cannot listen on " + address + ": " + reason
                        + "; choose another address with quarkus.management.port and quarkus.management.host, or"
                        + " QUARKUS_MANAGEMENT_PORT and QUARKUS_MANAGEMENT_HOST");
    }

    private static boolean isTemporary(FileSystemException failure) {
        return failure.getFile() != null && Path.of(failure.getFile()).startsWith(TemporaryDirectory.path());
    }

    /** On one line: several things can be wrong with a configuration, and each is on a line of its own. */
    private static String text(Throwable root) {
        String joined = String.valueOf(root.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
        return EXCEPTION_NAME.matcher(joined).replaceAll("");
    }
}
