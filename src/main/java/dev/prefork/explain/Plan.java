package dev.prefork.explain;

import dev.prefork.bootcache.Setup;
import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.config.Workload;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerKind;
import dev.prefork.container.WorkerShare;
import dev.prefork.master.Program;
import dev.prefork.supervise.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a master would make of its settings where this process is, without becoming one. Immutable; any thread.
 *
 * @param environment this process', which workers would inherit
 */
public record Plan(Settings settings, Readings readings, Map<String, String> environment) {

    /** How many workers there would be, and why. */
    public Sizing sizing() {
        return settings.sizing(readings);
    }

    /** The derived numbers, one sentence each. */
    public List<String> sizes() {
        Sizing sizing = sizing();
        List<String> sentences = new ArrayList<>(sizing.explanation());
        WorkerShare share = workload().share(readings, sizing.workers());
        sentences.addAll(share.explanation());
        sentences.add(options(share));
        sentences.add(Setup.inspect(workload().bootCacheRequest(), workload().java(share))
                .sentence());
        sentences.add(starts(sizing.workers()));
        standbys().ifPresent(sentences::add);
        sentences.add(new ReplacementPlan(settings, readings).sentence());
        sentences.add(recovery(sizing.workers()));
        return List.copyOf(sentences);
    }

    /**
     * Until it is seen what a start costs, and from then on at least: one for each core, and two where there is one, since one
     * that hangs while it starts must not keep all others from it.
     */
    public static int startsAtOnce(Readings readings, WorkerKind kind) {
        return Math.max(2, WorkerShare.of(readings, 1, kind).cores());
    }

    /**
     * As many of these may be in their first seconds: a JVM that boots keeps two cores busy, its own thread one and those of
     * its compilers another.
     */
    public static int startsYoung(Readings readings, WorkerKind kind) {
        int atOnce = startsAtOnce(readings, kind);
        return switch (kind) {
            case JVM_BUILT_IN, JVM_COMMAND ->
                Math.max(1, WorkerShare.of(readings, 1, kind).cores() / 2);
            case NATIVE_BUILT_IN, COMMAND -> atOnce;
        };
    }

    private String starts(int workers) {
        int atOnce = startsAtOnce(readings, settings.workerKind());
        int young = startsYoung(readings, settings.workerKind());
        String cheap = "; more once it is seen that a start takes little CPU";
        if (workers <= Math.min(atOnce, young)) {
            return "all workers start at once";
        }
        if (young == atOnce) {
            return "at most " + atOnce + " workers start at once, the others as these become ready" + cheap;
        }
        return "workers start " + (young == 1 ? "one after the other" : young + " at a time")
                + ", the next when one is ready or after " + Policy.Starting.YOUTH.toSeconds() + " s"
                + (workers <= atOnce ? "" : ", at most " + atOnce + " at once" + cheap);
    }

    private Optional<String> standbys() {
        int count = settings.get(Options.STANDBY);
        return count == 0
                ? Optional.empty()
                : Optional.of((count == 1 ? "1 more worker stands by" : count + " more workers stand by")
                        + ", booted once the others are ready, with the same share of the memory");
    }

    private String options(WorkerShare share) {
        return switch (settings.workerKind()) {
            case JVM_BUILT_IN -> "JVM options for workers: " + words(added(share));
            case NATIVE_BUILT_IN -> "options for workers: " + words(added(share));
            case JVM_COMMAND ->
                "JAVA_TOOL_OPTIONS for workers: "
                        + words(Optional.ofNullable(workload().variables(share).get(Workload.JVM_OPTIONS)).stream()
                                .toList());
            case COMMAND -> "no JVM options are passed to workers";
        };
    }

    /** To the options that this process itself was started with. */
    private List<String> added(WorkerShare share) {
        List<String> added = new ArrayList<>(workload().program(share).arguments());
        Program.self().arguments().forEach(added::remove);
        return added;
    }

    private static String words(List<String> flags) {
        return flags.isEmpty() ? "only your own" : String.join(" ", flags);
    }

    private String recovery(int workers) {
        int threshold = settings.recoverThresholdFor(workers);
        String exits = threshold == 0 ? "the first unexpected exit" : "more than " + threshold + " unexpected exits";
        return "recover threshold " + threshold + ": " + exits + " " + settings.recoverSpan()
                + (threshold == 0 ? " ends" : " end")
                + " the master with exit code 4, or 3 if not all workers have been ready yet";
    }

    private Workload workload() {
        return new Workload(settings, environment);
    }
}
