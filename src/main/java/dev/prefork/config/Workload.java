package dev.prefork.config;

import dev.prefork.bootcache.Setup;
import dev.prefork.container.JavaArguments;
import dev.prefork.container.Readings;
import dev.prefork.container.WorkerKind;
import dev.prefork.container.WorkerShare;
import dev.prefork.handoff.WorkerEnvironment;
import dev.prefork.log.LogFormat;
import dev.prefork.master.Program;
import dev.prefork.os.NativeArguments;
import dev.prefork.os.PrivateDirectory;
import dev.prefork.os.ShippedLibraries;
import dev.prefork.os.TemporaryDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a worker is started as, with its share of the limits. Immutable; any thread.
 *
 * @param environment the master's
 * @param files where built-in workers keep temporary files, if there is such a place
 */
public record Workload(Settings settings, Map<String, String> environment, Optional<Path> files) {
    /** What every JVM reads options from. */
    public static final String JVM_OPTIONS = "JAVA_TOOL_OPTIONS";

    /** Without a place for files. */
    public Workload(Settings settings, Map<String, String> environment) {
        this(settings, environment, Optional.empty());
    }

    /** The same by other settings. */
    public Workload with(Settings other) {
        return new Workload(other, environment, files);
    }

    /** What workers are told of the settings. */
    private Map<String, String> told() {
        Map<String, String> told = new HashMap<>();
        if (settings.command().isEmpty()) {
            // It finishes its requests for as long as it is granted, and only the master knows every place where that
            // is set.
            told.put(Options.SHUTDOWN_GRACE_PERIOD.variable(), settings.text(Options.SHUTDOWN_GRACE_PERIOD));
        }
        if (!settings.text(Options.START_TIMEOUT).equals(Options.TIME_TO_START_DEFAULT)) {
            // What a warm-up, or a check that is not UP, may take of it.
            told.put(Options.START_TIMEOUT.variable(), settings.text(Options.START_TIMEOUT));
        }
        if (!settings.get(Options.WARMUP).isEmpty()) {
            for (Option<?> option : List.of(Options.WARMUP, Options.WARMUP_REQUESTS, Options.START_TIMEOUT)) {
                told.put(option.variable(), settings.text(option));
            }
        }
        if (settings.get(Options.LOG_FORMAT) == LogFormat.JSON
                || environment.containsKey(Options.LOG_FORMAT.variable())) {
            told.put(Options.LOG_FORMAT.variable(), settings.text(Options.LOG_FORMAT));
        }
        told.putAll(new RecyclingSettings(settings).variables());
        return told;
    }

    public WorkerShare share(Readings readings, int workers) {
        return WorkerShare.of(readings, workers, settings.workerKind(), settings.get(Options.STANDBY));
    }

    public Program program(WorkerShare share) {
        List<String> command = settings.command();
        if (!command.isEmpty()) {
            Path file = CommandLookup.find(command.get(0), settings.path(environment), Path.of(""));
            return new Program(file.toString(), command);
        }
        Program started = Program.self();
        boolean isJvm = settings.workerKind() == WorkerKind.JVM_BUILT_IN;
        // What suits a master, such as a small heap or a debugger's port, does not suit its workers.
        Program self = new Program(
                        started.executable(),
                        isJvm
                                ? JavaArguments.withoutTuning(started.arguments())
                                : NativeArguments.withoutTuning(started.arguments()))
                .withOptions(settings.get(Options.WORKER_JAVA_OPTIONS).orElse(List.of()));
        List<String> options = new ArrayList<>(
                isJvm
                        ? share.jvmFlags(self.arguments(), whole())
                        : share.nativeOptions(NativeArguments.leading(self.arguments())));
        ShippedLibraries.ofThisProcess().ifPresent(shipped -> options.addAll(shipped.options()));
        files.ifPresent(place -> options.add("-D" + PrivateDirectory.PROPERTY + "=" + place));
        return self.withOptions(options);
    }

    /** What outweighs what is inherited: what workers are told, and more so what was asked for, or depends on the share. */
    public Map<String, String> variables(WorkerShare share) {
        Map<String, String> variables = told();
        variables.putAll(settings.variables());
        if (settings.workerKind() == WorkerKind.JVM_COMMAND) {
            share.toolOptions(settings.command(), whole()).ifPresent(options -> variables.put(JVM_OPTIONS, options));
        }
        return variables;
    }

    /** Where workers' boot cache is to be, if there may be one. */
    public Setup.Request bootCacheRequest() {
        BootCacheMode mode = settings.get(Options.BOOT_CACHE);
        return new Setup.Request(
                mode.on(),
                mode.directory().orElseGet(TemporaryDirectory::path),
                mode.directory().isPresent(),
                settings.command().isEmpty());
    }

    /** The JVM that workers are started on; empty where they are none that this master starts itself. */
    public Optional<Setup.Target> java(WorkerShare share) {
        return settings.workerKind().isJvm()
                ? Optional.of(new Setup.Target(program(share), whole()))
                : Optional.empty();
    }

    /** All that a worker sees, but for the protocol's. */
    private Map<String, String> whole() {
        Map<String, String> whole = new HashMap<>(environment);
        whole.keySet().removeIf(WorkerEnvironment::isWithheld);
        whole.putAll(settings.variables());
        return whole;
    }

    /** Only a JVM, and a native executable of ours, take SIGQUIT for a question. */
    public boolean dumpsThreads() {
        return settings.workerKind() != WorkerKind.COMMAND;
    }
}
