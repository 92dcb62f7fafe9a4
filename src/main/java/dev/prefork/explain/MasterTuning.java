package dev.prefork.explain;

import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.container.JavaArguments;
import dev.prefork.container.WorkerKind;
import dev.prefork.os.NativeArguments;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Options of the master's JVM or native runtime that its built-in workers do not get, which may have been meant for them. Stateless. */
final class MasterTuning {
    /** Those of {@code bin/prefork}, which are for a master only. */
    private static final Set<String> OF_THE_LAUNCHER = Set.of(
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=30",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:cds*=off",
            "-XX:-UsePerfData");

    /** Workers are told of it in another way; see the boot cache. */
    private static final String ARCHIVE = "-XX:SharedArchiveFile=";

    private MasterTuning() {}

    /** @param commandLine what this process was started with, the program's name first */
    static Optional<String> warning(Settings settings, List<String> commandLine) {
        if (!settings.command().isEmpty() || settings.isGiven(Options.WORKER_JAVA_OPTIONS)) {
            return Optional.empty();
        }
        boolean isJvm = settings.workerKind() == WorkerKind.JVM_BUILT_IN;
        List<String> tuning = isJvm ? JavaArguments.of(commandLine).tuning() : NativeArguments.tuning(commandLine);
        String dropped = tuning.stream()
                .filter(option -> !OF_THE_LAUNCHER.contains(option) && !option.startsWith(ARCHIVE))
                .map(MasterTuning::withoutSecrets)
                .collect(Collectors.joining(" "));
        return dropped.isEmpty()
                ? Optional.empty()
                : Optional.of("the master's " + (isJvm ? "JVM" : "runtime") + " options are not passed to workers: "
                        + dropped + "; give those that are meant" + " for workers with "
                        + Options.WORKER_JAVA_OPTIONS.word());
    }

    /** What an agent is told may be a token. */
    private static String withoutSecrets(String option) {
        return option.startsWith("-X") ? option : option.replaceFirst("=.*", "=...");
    }
}
