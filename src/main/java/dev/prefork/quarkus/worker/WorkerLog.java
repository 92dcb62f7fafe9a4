package dev.prefork.quarkus.worker;

import dev.prefork.config.ConsoleSettings;
import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.handoff.Variables;
import dev.prefork.log.Entry;
import dev.prefork.log.LogFormat;
import dev.prefork.quarkus.common.LineFormatter;
import dev.prefork.quarkus.common.LineHandler;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The console of a worker whose master writes JSON: the same, as long as nothing is set in the application about its console.
 *
 * <p>Threading: {@link #begin} is called while the configuration is built, on the main thread.
 */
final class WorkerLog {
    private static final String FORMAT = Option.variable(Options.FORMAT_OF_LOG);

    /** An extension of Quarkus that writes JSON of its own. */
    private static final String OTHER_JSON = "io/quarkus/logging/json/runtime/LoggingJsonRecorder.class";

    /** The ordinal of the weakest source that a user writes. */
    private static final int MICROPROFILE_CONFIG = 100;

    private static final AtomicReference<LineHandler> HANDLER = new AtomicReference<>();

    private WorkerLog() {}

    /** What Quarkus is to be told of the console. */
    static Map<String, String> begin(Map<String, String> environment, ConfigSourceContext context) {
        if (HANDLER.get() == null && isMeant(environment, context)) {
            Entry.Worker self = new Entry.Worker(Variables.number(environment, Variables.SLOT), OptionalInt.of((int)
                    ProcessHandle.current().pid()));
            HANDLER.set(LineHandler.begin(System.out, new LineFormatter(() -> LogFormat.JSON, self)));
        }
        return HANDLER.get() == null ? Map.of() : Map.of(LineHandler.CONSOLE_ENABLED, "false");
    }

    static boolean isMeant(Map<String, String> environment, ConfigSourceContext context) {
        if (!LogFormat.JSON.toString().equals(environment.get(FORMAT))
                || Thread.currentThread().getContextClassLoader().getResource(OTHER_JSON) != null) {
            return false;
        }
        Iterator<String> names = context.iterateNames();
        while (names.hasNext()) {
            String name = names.next();
            if (name.startsWith(ConsoleSettings.PREFIX) && isSet(context.getValue(name))) {
                return false;
            }
        }
        return true;
    }

    /** What Quarkus recorded in the build is not an opinion of the application's. */
    private static boolean isSet(ConfigValue value) {
        return value != null && value.getValue() != null && value.getConfigSourceOrdinal() >= MICROPROFILE_CONFIG;
    }

    /** Quarkus is up. */
    static void levelsAreSet() {
        LineHandler handler = HANDLER.get();
        if (handler != null) {
            handler.levelsAreSet();
        }
    }
}
