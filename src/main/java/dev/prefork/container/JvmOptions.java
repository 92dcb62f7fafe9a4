package dev.prefork.container;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the user has decided for a JVM: in its arguments and in the variables that a JVM or its launcher reads. Immutable.
 * A mistake is made on the safe side: what only looks like a decision counts as one.
 */
record JvmOptions(List<String> options) {
    static final String TOOL_OPTIONS = "JAVA_TOOL_OPTIONS";

    private static final List<String> VARIABLES = List.of(TOOL_OPTIONS, "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** What follows these is the application and its arguments. */
    private static final List<String> LAST = List.of("-jar", "-m", "--module");

    private static final Pattern CORES = Pattern.compile("-XX:ActiveProcessorCount=.*");
    private static final Pattern HEAP = Pattern.compile("-X?mx.*|-XX:MaxHeapSize=.*|-XX:SoftMaxHeapSize=.*"
            + "|-XX:(Max|Min)RAM(Percentage|Fraction)?=.*|-XX:[+-]AggressiveHeap");

    /** A heap that begins larger than it may get is an error at the start of the JVM. */
    private static final Pattern FIRST_HEAP =
            Pattern.compile("(?:-X?ms|-XX:InitialHeapSize=|-XX:MinHeapSize=)(\\d{1,15})([kKmMgGtT]?)");

    /** Collectors, and what tunes one: two collectors are an error at the start of the JVM. */
    private static final Pattern COLLECTOR = Pattern.compile("-XX:[+-]?(Use\\w*GC|G1\\w+(=.*)?|Z[A-Z]\\w+(=.*)?"
            + "|Shenandoah\\w+(=.*)?|(Parallel|Conc)GCThreads=.*|MaxGCPauseMillis=.*|AggressiveHeap"
            + "|(Always|Never)ActAsServerClassMachine)");

    private static final Pattern METASPACE =
            Pattern.compile("-XX:(MaxMetaspaceSize|MetaspaceSize|CompressedClassSpaceSize)=.*");

    /** Further options in files; see java(1), "java Command-Line Argument Files". */
    private static final Pattern IN_A_FILE = Pattern.compile("@.+|-XX:(Flags|VMOptionsFile)=.*");

    static JvmOptions of(List<String> arguments, Map<String, String> environment) {
        List<String> options = new ArrayList<>();
        for (String argument : arguments) {
            if (LAST.contains(argument)) {
                break;
            }
            options.add(argument);
        }
        for (String variable : VARIABLES) {
            options.addAll(Arrays.asList(environment.getOrDefault(variable, "").split("[\\s'\"]+")));
        }
        return new JvmOptions(options);
    }

    /** Whether there may be options that cannot be seen, so that nothing is known of any decision. */
    boolean areInFiles() {
        return has(IN_A_FILE);
    }

    boolean decideCores() {
        return has(CORES);
    }

    /** Whether the user decided on the heap, or on anything that one of so many bytes would contradict. */
    boolean decideHeap(long bytes) {
        return has(HEAP) || options.stream().anyMatch(option -> firstHeap(option) > bytes);
    }

    boolean decideCollector() {
        return has(COLLECTOR);
    }

    boolean decideMetaspace() {
        return has(METASPACE);
    }

    private boolean has(Pattern pattern) {
        return options.stream().anyMatch(option -> pattern.matcher(option).matches());
    }

    private static double firstHeap(String option) {
        Matcher size = FIRST_HEAP.matcher(option);
        if (!size.matches()) {
            return 0;
        }
        int unit = size.group(2).isEmpty()
                ? 0
                : 1 + "kmgt".indexOf(Character.toLowerCase(size.group(2).charAt(0)));
        return Double.parseDouble(size.group(1)) * Math.pow(1024, unit);
    }
}
