package dev.prefork.config;

import dev.prefork.container.WorkerKind;
import dev.prefork.handoff.Dialect;
import dev.prefork.listen.ListenSpec;
import dev.prefork.metrics.collect.MetricsUrl;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.os.Built;
import dev.prefork.supervise.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a master was told to do, checked and complete. Immutable.
 *
 * @param workers absent for {@code auto}
 * @param resize whether the limits are followed when they change
 * @param listen in the order of descriptors
 * @param listenGiven whether these addresses were configured, rather than being the default
 * @param backlog as for listen(2)
 * @param reusePort whether each worker slot has a socket of its own
 * @param recoverThreshold absent for the default, which depends on the number of workers
 * @param recoverWindow zero means since the start
 * @param recoverInterval wait before the first respawn
 * @param recoverIntervalMax never less than {@code recoverInterval}
 * @param startTimeout above zero
 * @param ready what makes a worker ready
 * @param drainDelay for so long workers keep serving after SIGTERM
 * @param shutdownGracePeriod from the workers' SIGTERM to SIGKILL
 * @param podGracePeriod what the pod grants for all of that, if it is known
 * @param watchdog the longest silence of a ready worker; absent: any
 * @param watchdogQueue silence matters only while more connections than this wait; absent: always
 * @param minReady at least 1
 * @param dialects conventions beside LISTEN_FDS in which sockets are handed over
 * @param metricsUrl where a command's workers expose their metrics; absent: they are not scraped
 * @param metricsPerWorker whether workers' metrics are told apart rather than added up
 * @param metricsGauges how gauges are put together, before the built-in rules
 * @param command what to run as a worker; empty for this program itself
 * @param origins where each value came from; every setting has one
 * @param warnings whole lines for the log, about variables that have no effect
 */
public record Settings(
        OptionalInt workers,
        boolean resize,
        List<ListenSpec> listen,
        boolean listenGiven,
        int backlog,
        boolean reusePort,
        OptionalInt recoverThreshold,
        Duration recoverWindow,
        Duration recoverInterval,
        Duration recoverIntervalMax,
        Duration startTimeout,
        ReadyMode ready,
        Duration drainDelay,
        Duration shutdownGracePeriod,
        Optional<Duration> podGracePeriod,
        Optional<Duration> watchdog,
        OptionalInt watchdogQueue,
        int minReady,
        Set<Dialect> dialects,
        Optional<MetricsUrl> metricsUrl,
        boolean metricsPerWorker,
        List<GaugeRules.Rule> metricsGauges,
        List<String> command,
        Map<Setting, Origin> origins,
        List<String> warnings) {

    public Settings {
        listen = List.copyOf(listen);
        dialects = Set.copyOf(dialects);
        metricsGauges = List.copyOf(metricsGauges);
        command = List.copyOf(command);
        origins = Map.copyOf(origins);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads and checks all settings. The command line outweighs system properties, these the environment, this {@code
     * config/application.properties}, and that the {@code application.properties} on the class path.
     *
     * @param commandLine the options given, each with its values; a flag has the value {@code true}
     * @param command what follows {@code --}; empty for the built-in worker
     * @throws UsageException for the first thing that is wrong
     */
    public static Settings load(Map<Setting, List<String>> commandLine, List<String> command, SettingSources sources) {
        UnknownNames.refuse(sources.preforkKeys());
        Given given = new Given(commandLine, sources);
        List<String> warnings = UnknownNames.warnings(sources.environment().keySet());
        return new SettingsReader(given).read(command, warnings);
    }

    /** The threshold for a number of workers: the one given, or else the default for so many. */
    public int recoverThresholdFor(int workers) {
        return recoverThreshold.orElse(Policy.defaultRecoverThreshold(workers));
    }

    /** What runs as a worker. */
    public WorkerKind workerKind() {
        if (!command.isEmpty()) {
            return WorkerKind.of(command);
        }
        return Built.ofThisProcess() == Built.FOR_JVM ? WorkerKind.JVM_BUILT_IN : WorkerKind.NATIVE_BUILT_IN;
    }

    /**
     * Makes sure that the command can be executed; the built-in worker always can.
     *
     * @param environment the workers', for its PATH
     * @throws CommandNotFoundException if it cannot
     */
    public void requireCommand(Map<String, String> environment) {
        if (!command.isEmpty()) {
            CommandLookup.find(command.get(0), Optional.ofNullable(environment.get("PATH")), Path.of(""));
        }
    }

    /**
     * Refuses a number of workers that can never make the pod ready. {@link #load} has done so for a number that was
     * given; for {@code auto} the caller that sized must.
     *
     * @throws UsageException if {@code minReady} is more than {@code workers}
     */
    public void requireReachable(int workers) {
        if (minReady > workers) {
            throw new UsageException(origins.get(Setting.MIN_READY).with(Integer.toString(minReady)) + ": with "
                    + (workers == 1 ? "1 worker" : workers + " workers")
                    + " the pod would never be ready; ask for " + workers + " at most, or for more workers");
        }
    }

    /** The value in force as one would write it; for {@code auto} and other derived defaults, those words. */
    public String text(Setting setting) {
        return SettingsText.of(this, setting);
    }
}
