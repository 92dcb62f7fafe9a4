package dev.prefork.handoff;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The variables of sd_listen_fds(3), read. Pure. */
public final class ListenEnvironment {
    /** SD_LISTEN_FDS_START of systemd/sd-daemon.h. */
    static final int FIRST = 3;

    /** The name of a descriptor that came without one; see sd_listen_fds_with_names(3). */
    public static final String UNNAMED = "unknown";

    /** A descriptor by number, and what the parent calls it. */
    public record Passed(String name, int descriptor) {}

    private ListenEnvironment() {}

    /** In what its readers differ: a worker trusts its master, and a master asks for more of systemd and its like. */
    public interface Rules {
        /**
         * Whether the descriptors are meant for this process. The variables are inherited by grandchildren, the descriptors
         * are not: LISTEN_PID tells them apart.
         *
         * @param pid the value of LISTEN_PID, empty where there is none
         */
        boolean areOurs(String pid);

        /** The number in LISTEN_FDS; throws what the reader's caller expects when it is not one. */
        int count(String text);

        /** Why names that are not as many as the descriptors are refused. */
        RuntimeException mismatch(List<String> names, int descriptors);
    }

    /** What is passed to this process; empty when nothing is, or when it is meant for another process. */
    public static List<Passed> read(Map<String, String> environment, Rules rules) {
        if (!environment.containsKey(Variables.LISTEN_FDS)
                || !rules.areOurs(environment.getOrDefault(Variables.LISTEN_PID, ""))) {
            return List.of();
        }
        int descriptors = rules.count(environment.get(Variables.LISTEN_FDS));
        String joined = environment.getOrDefault(Variables.LISTEN_FDNAMES, "");
        List<String> names =
                joined.isEmpty() ? Collections.nCopies(descriptors, UNNAMED) : List.of(joined.split(":", -1));
        if (descriptors > 0 && names.size() != descriptors) {
            throw rules.mismatch(names, descriptors);
        }
        return IntStream.range(0, descriptors)
                .mapToObj(i -> new Passed(names.get(i), FIRST + i))
                .toList();
    }

    /** What is passed to the worker {@code pid}. */
    static List<Passed> read(Map<String, String> environment, long pid) {
        boolean nothing = environment.getOrDefault(Variables.LISTEN_FDS, "").isBlank();
        return nothing ? List.of() : read(environment, new OfWorker(Variables.isChild(environment), pid));
    }

    /** A master that cannot know the pid before exec may leave it out; no other parent is believed without it. */
    private record OfWorker(boolean child, long pid) implements Rules {
        @Override
        public boolean areOurs(String meant) {
            return meant.isBlank() ? child : number(Variables.LISTEN_PID, meant.strip()) == pid;
        }

        @Override
        public int count(String text) {
            return number(Variables.LISTEN_FDS, text.strip());
        }

        @Override
        public AdoptionException mismatch(List<String> names, int descriptors) {
            return new AdoptionException(Variables.LISTEN_FDNAMES + "=" + String.join(":", names) + " has "
                    + names.size() + " names for " + Variables.LISTEN_FDS + "=" + descriptors
                    + ", so it is unclear which listener is which; name each descriptor, or none");
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
}
