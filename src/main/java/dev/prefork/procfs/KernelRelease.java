package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The release of the running kernel, such as 6.1.0-13-amd64; immutable. */
public record KernelRelease(String name, int major, int minor) {
    /** No longer number is one. */
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\D?.*");

    /** Empty where it cannot be read or understood; {@code proc} is /proc. */
    public static Optional<KernelRelease> of(Path proc) {
        return ProcFiles.read(proc.resolve("sys/kernel/osrelease"))
                .map(String::strip)
                .map(NUMBERS::matcher)
                .filter(Matcher::matches)
                .map(numbers -> new KernelRelease(
                        numbers.group(), Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))));
    }

    public boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || major == wantedMajor && minor >= wantedMinor;
    }
}
