package dev.prefork.app;

import dev.prefork.config.RefusedException;
import dev.prefork.config.Reloadable;
import dev.prefork.config.Settings;
import dev.prefork.log.EventName;
import java.util.ArrayList;
import java.util.List;
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
    private List<String> said;

    /** What a reload leads to. */
    interface Effect {
        /**
         * @param before as they were so far
         * @param anew what is in force from now on
         * @return false if it is too late for that
         * @throws RefusedException if no worker could be started by the new ones
         */
        boolean reload(Settings before, Settings anew, String why);

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

    /** @param why such as the signal that asked for it */
    @Override
    public void accept(String why) {
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
            if (effect.reload(now, next, why)) {
                now = next;
            }
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
    }
}
