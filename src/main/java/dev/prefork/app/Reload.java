package dev.prefork.app;

import dev.prefork.config.RefusedException;
import dev.prefork.config.Reloadable;
import dev.prefork.config.Settings;
import dev.prefork.log.EventName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Reads the settings anew and has all workers replaced by such that are started by them. Where they cannot be read, or are not to be
 * taken over, all stays as it is.
 *
 * <p>Threading: {@link ReloadThread}'s, since files are read. {@link #settings} may be called from anywhere, and waits for none.
 */
final class Reload implements Consumer<String> {
    private final Configured configured;
    private final Effect effect;
    private volatile Settings now;
    private volatile long readings;
    private volatile Result last = new Result(0, OptionalInt.empty(), Optional.empty());
    private List<String> said;

    /**
     * What has come of a reading.
     *
     * @param reading its number, from 1
     * @param version that workers are replaced by; empty if they are not
     * @param refusal why not
     */
    record Result(long reading, OptionalInt version, Optional<String> refusal) {}

    /** What a reload leads to. */
    interface Effect {
        /**
         * @param before as they were so far
         * @param anew what is in force once it is taken over
         * @param takeOver to be run at the moment from which on the new ones are followed
         * @return the version that they are from now on; empty if it is too late for that
         * @throws RefusedException if no worker could be started by the new ones
         */
        OptionalInt reload(Settings before, Settings anew, Runnable takeOver, String why);

        /** It does not come to that. */
        void refused(String why);
    }

    Reload(Configured configured, Effect effect) {
        this.configured = configured;
        this.effect = effect;
        this.now = configured.settings();
        this.said = now.warnings();
    }

    /** Those in force. */
    Settings settings() {
        return now;
    }

    /** The number of the last reading that has begun. */
    long readings() {
        return readings;
    }

    /** What has come of the last one that is over. */
    Result last() {
        return last;
    }

    /** @param why such as the signal that asked for it */
    @Override
    public void accept(String why) {
        long reading = readings + 1;
        readings = reading;
        try {
            Settings anew = configured.anew().get();
            Reloadable change = new Reloadable(configured.settings(), anew);
            change.requireSameListeners();
            Settings next = change.inForce();
            List<String> warnings = new ArrayList<>(anew.warnings());
            warnings.addAll(change.unheeded());
            warnings.stream()
                    .filter(line -> !said.contains(line))
                    .forEach(line -> Console.warn(EventName.SETTINGS_WARNING, line));
            said = warnings;
            OptionalInt version = effect.reload(now, next, () -> now = next, why);
            Optional<String> refusal = version.isPresent() ? Optional.empty() : Optional.of("a stop has begun");
            last = new Result(reading, version, refusal);
        } catch (RefusedException e) {
            refuse(why, e.getMessage());
        } catch (RuntimeException e) {
            // Of a library's parser, for one: a pod that serves must not end because a file is wrong.
            refuse(why, "the settings cannot be read: " + e);
        }
    }

    private void refuse(String why, String reason) {
        Console.error(EventName.RELOAD_REFUSED, why + ": not reloading, the workers stay as they are: " + reason);
        effect.refused(reason);
        last = new Result(readings, OptionalInt.empty(), Optional.of(reason));
    }
}
