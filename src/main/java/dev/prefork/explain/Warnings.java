package dev.prefork.explain;

import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerKind;
import dev.prefork.master.ListenPid;
import dev.prefork.os.Built;
import dev.prefork.procfs.Somaxconn;
import dev.prefork.supervise.Readiness;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What is allowed, but may not be meant, and is better known before the pod runs. Immutable; any thread.
 *
 * @param root {@code /} but in tests
 * @param built what this process is
 * @param commandLine what it was started with, the program's name first
 */
public record Warnings(Plan outlook, Path root, Built built, List<String> commandLine) {
    /** The kubelet sets it in every container, whether service links are on or not. */
    private static final String IN_KUBERNETES = "KUBERNETES_SERVICE_HOST";

    /** What a pod gets that does not say how long it takes to stop. */
    private static final long KUBERNETES_GRACE_SECONDS = 30;

    public Warnings {
        commandLine = List.copyOf(commandLine);
    }

    /** One line each; empty if there is nothing to say. */
    public List<String> lines() {
        return Stream.concat(
                        settings().warnings().stream(),
                        Stream.of(
                                        podGraceUnknown(),
                                        noDrainDelay(),
                                        memoryTooShort(),
                                        memoryLimitsAuto(),
                                        MasterTuning.warning(settings(), commandLine),
                                        moreThanAuto(),
                                        everyWorkerNeeded(),
                                        watchdogOfStranger(),
                                        memoryBudget(),
                                        fixedNumber(),
                                        oomRegime(),
                                        severalOnOnePort(),
                                        noShell(),
                                        bindsOwnPort(),
                                        descriptors(),
                                        backlog())
                                .flatMap(Optional::stream))
                .toList();
    }

    private Settings settings() {
        return outlook.settings();
    }

    private boolean inKubernetes() {
        return outlook.environment().containsKey(IN_KUBERNETES);
    }

    private Optional<String> podGraceUnknown() {
        long needed = new StopPlan(settings()).neededSeconds();
        if (settings().get(Options.POD_GRACE_PERIOD).isPresent()
                || !inKubernetes() && needed <= KUBERNETES_GRACE_SECONDS) {
            return Optional.empty();
        }
        return Optional.of("the pod's grace period is unknown, and a stop may take " + needed + "s"
                + (needed > KUBERNETES_GRACE_SECONDS ? ", more than the 30s that Kubernetes grants by default" : "")
                + ": set terminationGracePeriodSeconds to " + needed + " or more, and "
                + Options.POD_GRACE_PERIOD.variable() + " to the same");
    }

    private Optional<String> noDrainDelay() {
        return when(
                inKubernetes() && settings().get(Options.DRAIN_DELAY).isZero(),
                "no drain delay is set, and requests may still arrive after SIGTERM, which would be refused: set "
                        + Options.DRAIN_DELAY.word() + " to about 5s");
    }

    private Optional<String> memoryTooShort() {
        WorkerKind kind = settings().workerKind();
        long needed = kind.masterMemory() + kind.workerMemory();
        OptionalLong memory = outlook.readings().memory();
        return when(
                memory.orElse(Long.MAX_VALUE) < needed,
                "not enough memory even for one worker: " + mebibytes(memory.orElse(0)) + ", and " + mebibytes(needed)
                        + " are needed for the master and one worker; raise the memory limit");
    }

    private Optional<String> memoryLimitsAuto() {
        int cores = Sizing.auto(outlook.readings().coresAlone(), settings().workerKind())
                .workers();
        int workers = outlook.sizing().workers();
        return when(
                settings().get(Options.WORKERS).isEmpty() && workers < cores,
                "memory allows only " + workers + " of the " + cores + " workers that the cores allow:"
                        + " raise the memory limit, or set " + Options.WORKERS.word() + " if more fit");
    }

    private Optional<String> moreThanAuto() {
        Sizing auto = Sizing.auto(outlook.readings(), settings().workerKind());
        return when(
                outlook.sizing().workers() > auto.workers(),
                "more workers are configured than " + Options.WORKERS.word() + " auto would start: "
                        + auto.explanation().get(0));
    }

    private Optional<String> everyWorkerNeeded() {
        int workers = outlook.sizing().workers();
        return when(
                workers > 1 && settings().get(Options.MIN_READY) == workers,
                "the pod needs all of its " + workers + " workers to be ready, so a single crash makes it unready:"
                        + " lower " + Options.MIN_READY.word());
    }

    private Optional<String> watchdogOfStranger() {
        return when(
                settings().get(Options.WATCHDOG).isPresent()
                        && !settings().command().isEmpty(),
                "the watchdog is on, and it is unknown whether COMMAND sends WATCHDOG=1: if it does not, it counts as hung"
                        + " while connections wait and it accepts none, so give a time above its slowest call");
    }

    private static String beside(int standbys, int more) {
        String count = more == 1 ? "one" : Integer.toString(more);
        return standbys > 0 ? ", " + count + " standing by" : ", " + count + " more while one is replaced";
    }

    /** Each may be at its limit when one of them is replaced, the new one first. */
    private Optional<String> memoryBudget() {
        OptionalLong memory = outlook.readings().memory();
        OptionalLong each = settings()
                .get(Options.MAX_MEMORY)
                .map(limit -> limit.bytes(memory))
                .orElse(OptionalLong.empty());
        if (memory.isEmpty() || each.isEmpty()) {
            return Optional.empty();
        }
        int workers = outlook.sizing().workers();
        int standbys = settings().get(Options.STANDBY);
        // A standby is the one more that takes over.
        int more = standbys > 0 ? standbys : settings().get(Options.MAX_SURGE);
        long left = memory.getAsLong() - settings().workerKind().masterMemory();
        return when(
                each.getAsLong() > left / (workers + more),
                settings().text(Options.MAX_MEMORY) + " of memory for each of " + workers
                        + (workers == 1 ? " worker" : " workers") + beside(standbys, more) + ", and "
                        + mebibytes(settings().workerKind().masterMemory()) + " for the master are more than the "
                        + mebibytes(memory.getAsLong()) + " there are, so workers may be OOM-killed before they are"
                        + " replaced: lower " + Options.MAX_MEMORY.word() + " to "
                        + mebibytes(Math.max(0, left / (workers + more))) + " or less, or raise the memory limit");
    }

    private Optional<String> fixedNumber() {
        return when(
                settings().get(Options.REUSE_PORT),
                "with --reuse-port the number of workers is fixed: TTIN, TTOU and changed limits do not change it");
    }

    private Optional<String> oomRegime() {
        return switch (outlook.readings().oomRegime()) {
            case WHOLE_CONTAINER, NO_KILL ->
                Optional.of(outlook.readings().oomRegime().explanation());
            case ONE_PROCESS, UNKNOWN -> Optional.empty();
        };
    }

    private Optional<String> severalOnOnePort() {
        return when(
                !settings().listens() && outlook.sizing().workers() > 1,
                "with --listen none " + outlook.sizing().workers()
                        + " workers bind their own ports: only one can have a"
                        + " port, unless each takes one of its own (from PREFORK_SLOT) or sets SO_REUSEPORT");
    }

    private Optional<String> noShell() {
        if (!settings().listens()) {
            return Optional.empty();
        }
        return ListenPid.choose(root, built, settings().workerKind()).warning();
    }

    /** With READY=1 or an answer for proof it may be ready all the same. */
    private Optional<String> bindsOwnPort() {
        return settings().readyMode().readiness().proof() == Readiness.Proof.ACCEPTS
                ? OwnPort.warning(settings().command())
                : Optional.empty();
    }

    private Optional<String> descriptors() {
        return Descriptors.missing(
                settings(), outlook.sizing().workers() + settings().get(Options.STANDBY), root);
    }

    private Optional<String> backlog() {
        if (!settings().listens()) {
            return Optional.empty();
        }
        return Somaxconn.warning(
                settings().get(Options.BACKLOG), root.resolve(Path.of("proc", "sys", "net", "core", "somaxconn")));
    }

    private static Optional<String> when(boolean so, String line) {
        return so ? Optional.of(line) : Optional.empty();
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
