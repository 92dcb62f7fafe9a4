package dev.prefork.os;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The start of a native executable's runtime, which is ours to bring about: built with {@code -H:-ParseRuntimeOptions} it hands
 * every argument over as it is, sets none of its options, and runs no startup hook, which would be too early. So the leading options
 * are applied here, and then the hooks run. A JVM has done all of that before {@code main}.
 *
 * <p>Threading: to be called first of all in {@code main}, once.
 */
public final class NativeRuntime {
    private static final Pattern PROPERTY = Pattern.compile("-D([^=]+)(?:=(.*))?", Pattern.DOTALL);
    private static final Pattern SIZE_OPTION = Pattern.compile("-X(mx|ms|mn|ss)(.*)");
    private static final Pattern FLAG = Pattern.compile("-XX:([+-])(\\w+)");
    private static final Pattern VALUE = Pattern.compile("-XX:(\\w+)=(.*)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})([kmgt]?)", Pattern.CASE_INSENSITIVE);

    /** By what follows {@code -X}. */
    private static final Map<String, String> NAMES =
            Map.of("mx", "MaxHeapSize", "ms", "MinHeapSize", "mn", "MaxNewSize", "ss", "StackSize");

    /** Those that a master gives its workers, so that no start depends on what an executable lists of its options. */
    private static final Map<String, Class<?>> KNOWN = Map.of(
            "MaxHeapSize", Long.class,
            "MinHeapSize", Long.class,
            "MaxNewSize", Long.class,
            "StackSize", Long.class,
            "ActiveProcessorCount", Integer.class);

    /** Where the JDK's classes make temporary files natively is decided before main; jffi can be told of another place. */
    private static final String TEMPORARY = "java.io.tmpdir";

    private static final String UNPACKED = "jffi.extract.dir";

    /** The runtime's side. */
    interface Target {
        void property(String name, String value);

        /** @throws RuntimeException if there is no such option, or it takes no such value */
        void option(String name, Object value);

        /** The type of an option's value; empty for one that there is not. */
        Optional<Class<?>> type(String name);

        void initialize();
    }

    private NativeRuntime() {}

    /**
     * Returns the arguments that are the program's own; on a JVM they all are.
     *
     * @throws IllegalArgumentException for the first leading option that this executable does not take, in one line; the runtime
     *     is initialized all the same
     */
    public static String[] begin(String... arguments) {
        return Built.ofThisProcess() == Built.FOR_JVM ? arguments : begin(new Substrate(), arguments);
    }

    static String[] begin(Target target, String... arguments) {
        NativeArguments split = NativeArguments.of(List.of(arguments));
        try {
            split.options().forEach(option -> apply(target, option));
        } finally {
            target.initialize();
        }
        return split.own().toArray(String[]::new);
    }

    private static void apply(Target target, String option) {
        Matcher property = PROPERTY.matcher(option);
        Matcher size = SIZE_OPTION.matcher(option);
        Matcher flag = FLAG.matcher(option);
        Matcher value = VALUE.matcher(option);
        if (property.matches()) {
            String text = property.group(2) == null ? "" : property.group(2);
            target.property(property.group(1), text);
            if (property.group(1).equals(TEMPORARY) && System.getProperty(UNPACKED) == null) {
                target.property(UNPACKED, text);
            }
        } else if (size.matches()) {
            set(target, option, NAMES.get(size.group(1)), bytes(option, size.group(2)));
        } else if (flag.matches()) {
            set(target, option, flag.group(2), flag.group(1).equals("+"));
        } else if (value.matches()) {
            set(target, option, value.group(1), value(target, option, value.group(1), value.group(2)));
        } else {
            throw unknown(option);
        }
    }

    private static Object value(Target target, String option, String name, String text) {
        Class<?> type =
                KNOWN.containsKey(name) ? KNOWN.get(name) : target.type(name).orElseThrow(() -> unknown(option));
        try {
            if (type == Long.class) {
                return bytes(option, text);
            }
            if (type == Integer.class) {
                return Integer.valueOf(text);
            }
            return type == Double.class ? (Object) Double.valueOf(text) : text;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": must be a number", e);
        }
    }

    private static void set(Target target, String option, String name, Object value) {
        try {
            target.option(name, value);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(unknown(option).getMessage(), e);
        }
    }

    private static long bytes(String option, String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException(option + ": must be a size, such as 64m");
        }
        int shift = size.group(2).isEmpty()
                ? 0
                : 10 * (1 + "kmgt".indexOf(Character.toLowerCase(size.group(2).charAt(0))));
        try {
            return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << shift);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(option + ": this size is too large", e);
        }
    }

    private static IllegalArgumentException unknown(String option) {
        return new IllegalArgumentException("a native executable does not take " + option
                + "; leave it out, or put it after -- if it is meant for a command");
    }
}
