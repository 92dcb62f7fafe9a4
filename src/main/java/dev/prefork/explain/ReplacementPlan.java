package dev.prefork.explain;

import dev.prefork.config.DurationText;
import dev.prefork.config.Options;
import dev.prefork.config.RecyclingSettings;
import dev.prefork.config.Settings;
import dev.prefork.container.Amount;
import dev.prefork.container.Readings;
import dev.prefork.supervise.Policy;

/**
 * How workers that serve are replaced: the new one first, unless the memory carries none more at that moment. Immutable; any thread.
 */
public record ReplacementPlan(Settings settings, Readings readings) {

    /** What the supervisor is to follow. */
    public Policy.Replacing rules() {
        RecyclingSettings recycling = new RecyclingSettings(settings);
        return new Policy.Replacing(
                pace(), settings.get(Options.SOAK), recycling.lifetime(), recycling.lifetimeJitter());
    }

    /** Rules of the user's are followed as they are, however much memory there is. */
    private Policy.Pace pace() {
        return settings.isGiven(Options.MAX_SURGE) || settings.isGiven(Options.MAX_UNAVAILABLE)
                ? new Policy.Pace(settings.get(Options.MAX_SURGE), settings.get(Options.MAX_UNAVAILABLE), false)
                : Policy.Pace.WITH_ROOM;
    }

    /** The same in words. */
    public String sentence() {
        Policy.Replacing rules = rules();
        String soak = rules.soak().isZero()
                ? ""
                : "; in a reload the others follow when the first has served for " + DurationText.format(rules.soak());
        if (rules.pace().asksForRoom() && readings.memoryLimit().isPresent()) {
            return "up to 1 worker more while workers are replaced, if the memory limit leaves "
                    + Amount.ofBytes(settings.workerKind().workerMemory())
                    + ", or what a worker takes by then, if that is more; otherwise a worker stops before its replacement"
                    + " starts; --max-surge overrides it" + soak;
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
