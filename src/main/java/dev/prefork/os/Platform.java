package dev.prefork.os;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Where Prefork works: the layouts of {@link LinuxPosix} hold on 64-bit x86 and Arm, its spawn needs glibc 2.34. */
final class Platform {
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");
    private static final int GLIBC_MAJOR = 2;

    /** The first glibc with posix_spawn_file_actions_addclosefrom_np. */
    private static final int GLIBC_MINOR = 34;

    private Platform() {}

    /** Why Prefork cannot run on such a system, in one sentence; empty when it can. An architecture is {@code os.arch}. */
    static Optional<String> refusal(String system, String architecture) {
        if (!system.equals("Linux")) {
            return Optional.of("Prefork runs on Linux only, and this is " + system + "; run it in a Linux container");
        }
        if (!ARCHITECTURES.contains(architecture)) {
            return Optional.of("Prefork runs on x86-64 and aarch64 only, and this is " + architecture
                    + "; use an image for linux/amd64 or linux/arm64");
        }
        return Optional.empty();
    }

    /** Why Prefork cannot run with this C library, in one sentence; an empty version means that it is not glibc. */
    static Optional<String> libraryRefusal(String glibcVersion) {
        if (glibcVersion.isEmpty()) {
            return Optional.of("Prefork needs glibc 2.34 or newer, and this C library is another one (musl?); "
                    + "use a base image with glibc, such as Debian 12 or UBI 9");
        }
        if (!isNewEnough(glibcVersion)) {
            return Optional.of("Prefork needs glibc 2.34 or newer, and this is glibc " + glibcVersion
                    + "; use a newer base image, such as Debian 12 or UBI 9");
        }
        return Optional.empty();
    }

    /**
     * Why the C library could not even be asked for its version: musl cannot load what was built for glibc, and no library
     * can be loaded from where nothing can be unpacked or executed.
     *
     * @param libraries where musl keeps its loader, as ld-musl-x86_64.so.1 for instance; see ld.so(8) for glibc's
     */
    static Optional<String> loadRefusal(Path libraries, String temporaryDirectory) {
        String[] musl = libraries.toFile().list((directory, name) -> name.startsWith("ld-musl-"));
        return musl != null && musl.length > 0
                ? libraryRefusal("")
                : Optional.of(
                        "the native library for system calls cannot be loaded, so Prefork cannot start; allow files in "
                                + temporaryDirectory
                                + " to be written and executed (room for 1 MiB, no noexec mount), or name another directory"
                                + " with -Djava.io.tmpdir");
    }

    private static boolean isNewEnough(String version) {
        String[] parts = version.split("\\.");
        int major = leadingNumber(parts[0]);
        int minor = parts.length < 2 ? 0 : leadingNumber(parts[1]);
        return major > GLIBC_MAJOR || (major == GLIBC_MAJOR && minor >= GLIBC_MINOR);
    }

    private static int leadingNumber(String text) {
        String digits = text.replaceFirst("\\D.*", "");
        return digits.isEmpty() || digits.length() > 6 ? 0 : Integer.parseInt(digits);
    }
}
