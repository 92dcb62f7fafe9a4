package dev.prefork.quarkus.master;

import dev.prefork.app.Console;
import dev.prefork.config.ConsoleSettings;
import dev.prefork.log.Entry;
import dev.prefork.log.LogFormat;
import dev.prefork.quarkus.common.LineFormatter;
import dev.prefork.quarkus.common.LineHandler;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The console of a master: ours, unless Quarkus' settings have something to say about it and the format is the text that these are
 * meant for. What is logged would else wait for Quarkus, which boots after the workers.
 */
final class MasterLog {
    private static final AtomicReference<LineHandler> HANDLER = new AtomicReference<>();

    private MasterLog() {}

    /** Called once the settings are known. */
    static void begin(ConsoleSettings console) {
        if (!isOurs(console, Console.format())) {
            return;
        }
        Entry.Worker none = new Entry.Worker(OptionalInt.empty(), OptionalInt.empty());
        HANDLER.set(LineHandler.begin(System.out, new LineFormatter(Console::format, none)));
    }

    static boolean isOurs(ConsoleSettings console, LogFormat format) {
        return !console.configured() || format == LogFormat.JSON && !console.disabled();
    }

    /** What Quarkus is to be told. */
    static Map<String, String> facts() {
        return HANDLER.get() == null ? Map.of() : Map.of(LineHandler.CONSOLE_ENABLED, "false");
    }

    /** Quarkus is up. */
    static void levelsAreSet() {
        LineHandler handler = HANDLER.get();
        if (handler != null) {
            handler.levelsAreSet();
        }
    }
}
