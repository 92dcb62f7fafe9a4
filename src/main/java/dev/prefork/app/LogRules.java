package dev.prefork.app;

import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.log.WorkerLines;
import dev.prefork.os.Posix;
import dev.prefork.output.WorkerOutput;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the settings say about the log, in force from the start and followed at a reload.
 *
 * <p>Threading: at the start, and then the thread that reads the settings anew; never the master's, since a thread is started.
 *
 * @param lines where workers' lines go, if there is such a place
 * @param output reads them, if it is switched on
 */
record LogRules(Optional<WorkerLines> lines, Optional<WorkerOutput> output) implements AutoCloseable {
    static LogRules begin(Posix posix, Optional<WorkerLines> lines, Settings settings) {
        LogRules rules =
                new LogRules(lines, lines.map(to -> new WorkerOutput(posix, to, Console::format, Console::log)));
        rules.follow(settings);
        return rules;
    }

    private void follow(Settings settings) {
        Console.format(settings.get(Options.LOG_FORMAT));
        lines.ifPresent(to -> to.whenFull(settings.get(Options.LOG_FULL)));
        output.ifPresent(reading -> reading.read(settings.get(Options.LOG_TAG)));
    }

    /** The same effect of a reload, and this one before it, since workers are started by it. */
    Reload.Effect before(Reload.Effect effect) {
        return new Reload.Effect() {
            @Override
            public OptionalInt reload(Settings before, Settings anew, Runnable inForce, String why) {
                follow(anew);
                OptionalInt version = OptionalInt.empty();
                try {
                    version = effect.reload(before, anew, inForce, why);
                } finally {
                    if (version.isEmpty()) {
                        follow(before);
                    }
                }
                return version;
            }

            @Override
            public void refused(String why) {
                effect.refused(why);
            }
        };
    }

    @Override
    public void close() {
        output.ifPresent(WorkerOutput::close);
    }
}
