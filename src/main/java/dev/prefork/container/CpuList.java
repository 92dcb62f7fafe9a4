package dev.prefork.container;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernel's list format for CPUs, such as {@code 0-3,7}; see cpuset(7), "List format". */
final class CpuList {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

    private CpuList() {}

    /** How many CPUs the list names; absent if it names none or is not such a list. */
    static OptionalInt count(String list) {
        int count = 0;
        for (String part : list.strip().split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                return OptionalInt.empty();
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (last < first) {
                return OptionalInt.empty();
            }
            count += last - first + 1;
        }
        return OptionalInt.of(count);
    }
}
