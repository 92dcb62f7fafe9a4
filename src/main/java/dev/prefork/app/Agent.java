package dev.prefork.app;

import dev.prefork.config.Options;
import dev.prefork.config.RefusedException;
import dev.prefork.config.Settings;
import dev.prefork.config.UsageException;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.explain.Descriptors;
import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Leadership;
import dev.prefork.listen.InheritedSockets;
import dev.prefork.listen.ListenException;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.Listeners;
import dev.prefork.log.EventName;
import dev.prefork.os.Posix;
import dev.prefork.os.ShippedLibraries;
import dev.prefork.os.StartedWith;
import dev.prefork.os.TemporaryDirectory;
import dev.prefork.os.UnsupportedPlatformException;
import dev.prefork.supervise.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The run of a master, from its settings to its exit code: binds, starts the loop on a thread of its own, boots Quarkus
 * for the management interface beside it, and ends when the last worker is gone.
 *
 * <p>Workers are started before Quarkus is: they are what the pod is waited for.
 */
public final class Agent {
    private Agent() {}

    /**
     * Becomes the master; returns once it has stopped.
     *
     * @param configured by what it is to act, now and after a reload
     * @param reporting by what the master is observed
     * @param arguments what the process was started with, for Quarkus
     * @return one of the codes of {@link ExitCode}
     * @throws RefusedException if it cannot start for a reason its user can remedy
     */
    public static int run(Configured configured, Reporting reporting, String... arguments) {
        Settings settings = configured.settings();
        Console.format(settings.get(Options.LOG_FORMAT));
        reporting.management().beginLog(settings.console());
        settings.application().ifPresent(own -> Console.info(EventName.APPLICATION_IN_MASTER, own.line()));
        Map<String, String> environment = StartedWith.environment();
        if (ShippedLibraries.ofThisProcess().isEmpty()) {
            requireTemporaryDirectory(TemporaryDirectory.path());
        }
        Posix posix = posix();
        Readings readings = Readings.read(Path.of("/"), environment);
        Sizing sizing = settings.sizing(readings);
        settings.requireReachable(sizing.workers());
        Optional<String> descriptors =
                Descriptors.missing(settings, sizing.workers() + settings.get(Options.STANDBY), Path.of("/"));
        if (descriptors.isPresent()) {
            throw new UsageException(descriptors.get());
        }
        try (Listeners listeners = listeners(posix, settings, sizing.workers(), environment)) {
            listeners.warnings().forEach(line -> Console.warn(EventName.LISTENER_WARNING, line));
            return new Supervision(posix, configured, new Supervision.Limits(readings, sizing), listeners, reporting)
                    .run(environment, arguments);
        }
    }

    /** Without it each library fails in a way of its own, and none of them names the reason. */
    static void requireTemporaryDirectory(Path directory) {
        if (!TemporaryDirectory.isUsable(directory)) {
            throw new UsageException(
                    "the temporary directory " + directory + " is not writable: native libraries are"
                            + " unpacked there, so Prefork cannot start; mount a writable volume there, such as an emptyDir, name"
                            + " another directory with -Djava.io.tmpdir, or keep the build's native directory next to the program");
        }
    }

    private static Posix posix() {
        try {
            return Posix.system();
        } catch (UnsupportedPlatformException e) {
            throw new RefusedException(ExitCode.INTERNAL, e.getMessage());
        }
    }

    /** Inherited sockets are what to listen on, unless addresses were asked for. */
    private static Listeners listeners(Posix posix, Settings settings, int workers, Map<String, String> environment) {
        // They are the workers' to accept from. This process' own HTTP server must not use them.
        Inheritance.renounce();
        Leadership.ofThisProcess().resign();
        try {
            var inherited = InheritedSockets.fromEnvironment(posix, environment);
            var options = new ListenOptions(
                    settings.get(Options.BACKLOG),
                    settings.get(Options.REUSE_PORT),
                    workers,
                    Set.copyOf(settings.get(Options.BLOCKING_LISTENER)),
                    settings.get(Options.LISTEN_MODE));
            boolean theirs = !inherited.isEmpty() && !settings.isGiven(Options.LISTEN);
            var specs = theirs ? InheritedSockets.specs(inherited) : settings.get(Options.LISTEN);
            settings.requireBlockingAmong(specs);
            return Listeners.open(posix, specs, options, inherited);
        } catch (ListenException e) {
            throw new RefusedException(ExitCode.LISTEN, e.getMessage());
        }
    }
}
