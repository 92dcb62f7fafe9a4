package dev.prefork.bootcache;

import dev.prefork.container.JavaArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * With which of the worker's options the process runs that makes its archive. Those that shape an archive are the same; those that
 * reserve or touch memory are left out, as that process runs beside workers that have theirs. Pure.
 */
final class MakerOptions {
    /** What may differ between the making of an archive and its use, and does when the limits change. */
    static final Pattern SIZES = Pattern.compile("-X?m[snx]\\d.*|-Xss.*|-XX:[+-]AlwaysPreTouch\\w*"
            + "|-XX:(ActiveProcessorCount|\\w*HeapSize|\\w*NewSize|\\w*RAMPercentage|\\w*MetaspaceSize|\\w*Ratio"
            + "|ParallelGCThreads|ConcGCThreads)=.*");

    /** What acts on one process, such as a log that the second one would begin anew. */
    private static final Pattern SIDE_EFFECTS = Pattern.compile(
            "-Xlog.*|-X(loggc|verify|bootclasspath).*|-XX:[+-]?(StartFlightRecording"
                    + "|FlightRecorder\\w*|HeapDump\\w*|On\\w*Error|ErrorFile|LogFile|\\w*OnOutOfMemoryError|Print\\w*|StartAttachListener)(=.*)?|-Xint|-Xcomp");

    /** Enough for the mirrors of some ten thousand classes. */
    private static final String HEAP = "-Xmx256m";

    private static final Pattern MOST_HEAP = Pattern.compile("(?:-X?mx|-XX:MaxHeapSize=)(\\d{1,15})([kKmMgGtT]?)");

    /** How large a heap may get where no option says it. */
    private static final Pattern PART_OF_MEMORY = Pattern.compile("-XX:MaxRAMPercentage=.*");

    /** From here on pointers are not compressed, and an archive has to be made as it is used. */
    private static final double UNCOMPRESSED = 32L << 30;

    private MakerOptions() {}

    /** All in the order in which the JVM sees them, the last being the one that counts. */
    static List<String> of(List<String> commandLine, Map<String, String> environment) {
        List<String> all = new ArrayList<>();
        JvmVariables.BEFORE.forEach(variable -> all.addAll(tuning(environment, variable)));
        all.addAll(commandLine);
        all.addAll(tuning(environment, JvmVariables.AFTER));

        List<String> kept = new ArrayList<>(all);
        kept.removeIf(option ->
                SIZES.matcher(option).matches() || SIDE_EFFECTS.matcher(option).matches());
        kept.addAll(heap(all));
        return List.copyOf(kept);
    }

    private static List<String> tuning(Map<String, String> environment, String variable) {
        List<String> words = new ArrayList<>(List.of("java"));
        words.addAll(JvmVariables.words(environment, variable));
        return JavaArguments.of(words).tuning();
    }

    /** The limit of a heap only reserves addresses, but decides on compressed pointers. */
    private static List<String> heap(List<String> all) {
        Optional<String> most = all.stream()
                .filter(option -> MOST_HEAP.matcher(option).matches())
                .reduce((one, next) -> next);
        if (most.isEmpty()) {
            return all.stream()
                    .filter(option -> PART_OF_MEMORY.matcher(option).matches())
                    .toList();
        }
        return List.of(bytes(most.get()) < UNCOMPRESSED ? HEAP : most.get());
    }

    private static double bytes(String option) {
        Matcher size = MOST_HEAP.matcher(option);
        if (!size.matches()) {
            throw new IllegalArgumentException(option);
        }
        int unit =
                size.group(2).isEmpty() ? 0 : 1 + "kmgt".indexOf(size.group(2).toLowerCase(Locale.ROOT));
        return Double.parseDouble(size.group(1)) * Math.pow(1024, unit);
    }
}
