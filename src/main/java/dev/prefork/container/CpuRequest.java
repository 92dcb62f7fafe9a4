package dev.prefork.container;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * The pod's own CPU request, which no file in a container tells: what the scheduler has set aside, and so what there is to
 * divide where nothing limits. Pure.
 */
public final class CpuRequest {
    /** From the downward API: {@code requests.cpu} with the divisor {@code 1m}. It is not an option: a fact of the pod, not a choice. */
    public static final String VARIABLE = "PREFORK_CPU_REQUEST";

    private static final Pattern MILLICORES = Pattern.compile("(\\d{1,9})m?");

    private CpuRequest() {}

    /** In cores; empty where none is told. The downward API tells 0 for a container without a request. */
    static OptionalDouble of(Map<String, String> environment) {
        String told = environment.getOrDefault(VARIABLE, "").strip();
        if (!MILLICORES.matcher(told).matches()) {
            return OptionalDouble.empty();
        }
        int millicores = Integer.parseInt(told.replace("m", ""));
        return millicores == 0 ? OptionalDouble.empty() : OptionalDouble.of(millicores / 1000.0);
    }

    /** What is wrong with the value, on a whole line; empty if it can be read, or there is none. */
    public static Optional<String> warning(Map<String, String> environment) {
        String told = environment.getOrDefault(VARIABLE, "").strip();
        return told.isEmpty() || MILLICORES.matcher(told).matches()
                ? Optional.empty()
                : Optional.of(
                        VARIABLE + "=" + told + " is not a number of millicores and is ignored; set it to such as 1500,"
                                + " or from the resource field requests.cpu with the divisor 1m");
    }
}
