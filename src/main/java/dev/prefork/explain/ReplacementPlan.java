package dev.prefork.explain;

import dev.prefork.config.DurationText;
import dev.prefork.config.Options;
import dev.prefork.config.RecyclingSettings;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.supervise.Policy;

/**
 * How workers that serve are replaced: the new one first, unless the memory carries none more. Immutable; any thread.
 *
 * @param workers how many there are to be
 */
public record ReplacementPlan(Settings settings, Readings readings, int workers) {

    /** What the supervisor is to follow. */
    public Policy.Replacing rules() {
        boolean less = carriesNoneMore();
        RecyclingSettings recycling = new RecyclingSettings(settings);
        return new Policy.Replacing(
                less ? 0 : settings.get(Options.MAX_SURGE),
                less ? 1 : settings.get(Options.MAX_UNAVAILABLE),
                settings.get(Options.SOAK),
                recycling.lifetime(),
                recycling.lifetimeJitter());
    }

    /** Whether a rule of the user's does not hold already: those are followed as they are. */
    private boolean carriesNoneMore() {
        int processes = workers + settings.get(Options.STANDBY);
        return !settings.isGiven(Options.MAX_SURGE)
                && !settings.isGiven(Options.MAX_UNAVAILABLE)
                && Sizing.carries(processes, readings, settings.workerKind())
                && !Sizing.carries(processes + 1, readings, settings.workerKind());
    }

    /** The same in words. */
    public String sentence() {
        Policy.Replacing rules = rules();
        String soak = rules.soak().isZero()
                ? ""
                : "; in a reload the others follow when the first has served for " + DurationText.format(rules.soak());
        if (carriesNoneMore()) {
            return "the memory limit carries no worker more, so a worker that is replaced stops before its replacement"
                    + " starts, one at a time; --max-surge overrides it" + soak;
        }
        String more = "up to " + workers(rules.surge()) + " more while workers are replaced";
        String fewer = "up to " + workers(rules.unavailable()) + " fewer ready";
        return (rules.surge() == 0 ? fewer + " while workers are replaced" : more)
                + (rules.surge() > 0 && rules.unavailable() > 0 ? ", and " + fewer : "")
                + soak;
    }

    private static String workers(int count) {
        return count + (count == 1 ? " worker" : " workers");
    }
}
