package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many descriptors this process may have open; see RLIMIT_NOFILE in getrlimit(2). A JVM raises its own to the hard limit. Stateless. */
public final class OpenFilesLimit {
    private static final Pattern SOFT = Pattern.compile("^Max open files\\s+(\\d{1,9})\\s", Pattern.MULTILINE);

    private OpenFilesLimit() {}

    /** Empty if there is none to speak of, or it cannot be read. Reads below {@code proc}, which is /proc. */
    public static OptionalInt of(Path proc) {
        return ProcFiles.read(proc.resolve(Path.of("self", "limits")))
                .map(SOFT::matcher)
                .filter(Matcher::find)
                .map(found -> OptionalInt.of(Integer.parseInt(found.group(1))))
                .orElse(OptionalInt.empty());
    }
}
