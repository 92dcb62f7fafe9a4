package dev.prefork.quarkus.common;

import dev.prefork.log.Entry;
import dev.prefork.log.EntryJson;
import dev.prefork.log.EventName;
import dev.prefork.log.JsonLine;
import dev.prefork.log.LineTime;
import dev.prefork.log.LogFormat;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/**
 * Writes a line of the platform's log as text or as JSON, as is asked for at that moment. Lines of ours carry an {@link Entry}; all
 * others are a library's.
 *
 * <p>Threading: any thread.
 */
public final class LineFormatter extends ExtFormatter {
    /** For the settings of a log that Quarkus writes. */
    public static final String PATTERN = "%d{" + LineTime.PATTERN + "} %-5p %s%e%n";

    /** Of a stack trace, in characters; beyond that it is cut. */
    private static final int LONGEST_STACK = 16 * 1024;

    private static final int DEBUG = 500;

    private final Supplier<LogFormat> format;
    private final Entry.Worker worker;
    private final PatternFormatter text = new PatternFormatter(PATTERN);

    /**
     * @param format in which to write the next line
     * @param worker which one this process is, if it is one
     */
    public LineFormatter(Supplier<LogFormat> format, Entry.Worker worker) {
        this.format = format;
        this.worker = worker;
    }

    @Override
    public String format(ExtLogRecord line) {
        return format.get() == LogFormat.JSON ? json(line) + "\n" : text.format(line);
    }

    private String json(ExtLogRecord line) {
        Object[] parameters = line.getParameters();
        if (parameters != null && parameters.length == 1 && parameters[0] instanceof Entry entry) {
            return EntryJson.of(line.getInstant(), entry);
        }
        JsonLine json = EntryJson.begin(line.getInstant(), level(line.getLevel()), EventName.LOG);
        EntryJson.about(json, worker);
        json.with("message", line.getFormattedMessage())
                .with("logger", line.getLoggerName())
                .with("thread", line.getThreadName());
        if (line.getThrown() != null) {
            json.with("stack", stack(line.getThrown()));
        }
        return json.toString();
    }

    /** One name for a level, of the two that java.util.logging and all others have for it. */
    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN";
        }
        if (value >= Level.INFO.intValue()) {
            return "INFO";
        }
        return value >= DEBUG ? "DEBUG" : "TRACE";
    }

    private static String stack(Throwable thrown) {
        StringWriter stack = new StringWriter();
        thrown.printStackTrace(new PrintWriter(stack, true));
        StringBuffer whole = stack.getBuffer();
        return whole.length() <= LONGEST_STACK ? whole.toString() : whole.substring(0, LONGEST_STACK) + "…";
    }
}
