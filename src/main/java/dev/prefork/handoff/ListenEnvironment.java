package dev.prefork.handoff;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The variables of sd_listen_fds(3), read. Pure. */
final class ListenEnvironment {
    /** SD_LISTEN_FDS_START of systemd/sd-daemon.h. */
    private static final int FIRST = 3;

    private static final String UNNAMED = "unknown";

    /** A descriptor by number, and what the parent calls it. */
    record Passed(String name, int descriptor) {}

    private ListenEnvironment() {}

    /** Whether a Prefork master started this process. */
    static boolean isChild(Map<String, String> environment) {
        return "1".equals(environment.get("PREFORK_CHILD"));
    }

    /** What is passed to the process {@code pid}; empty when nothing is, or when it is meant for another process. */
    static List<Passed> read(Map<String, String> environment, long pid) {
        String count = environment.getOrDefault("LISTEN_FDS", "").strip();
        if (count.isEmpty() || !isForUs(environment, pid)) {
            return List.of();
        }
        int descriptors = number("LISTEN_FDS", count);
        List<String> names = names(environment, descriptors);
        return IntStream.range(0, descriptors)
                .mapToObj(i -> new Passed(names.get(i), FIRST + i))
                .toList();
    }

    /**
     * The variables are inherited by grandchildren, the descriptors are not: LISTEN_PID tells them apart. A parent that
     * cannot know the pid before exec may leave it out, and only a Prefork master is believed without it.
     */
    private static boolean isForUs(Map<String, String> environment, long pid) {
        String meant = environment.getOrDefault("LISTEN_PID", "").strip();
        return meant.isEmpty() ? isChild(environment) : number("LISTEN_PID", meant) == pid;
    }

    private static List<String> names(Map<String, String> environment, int descriptors) {
        String joined = environment.getOrDefault("LISTEN_FDNAMES", "");
        if (joined.isEmpty()) {
            return Collections.nCopies(descriptors, UNNAMED);
        }
        List<String> names = List.of(joined.split(":", -1));
        if (names.size() != descriptors) {
            throw new AdoptionException("LISTEN_FDNAMES=" + joined + " has " + names.size() + " names for LISTEN_FDS="
                    + descriptors + ", so it is unclear which listener is which; name each descriptor, or none");
        }
        return names;
    }

    private static int number(String variable, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with the negative ones.
        }
        throw new AdoptionException(
                variable + "=" + value + " is not a number, so no listener can be adopted; the parent"
                        + " process must set it as in sd_listen_fds(3), or unset it");
    }
}
