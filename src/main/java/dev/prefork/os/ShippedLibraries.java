package dev.prefork.os;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The native libraries that lie beside the packaged jar or the native executable, in {@code native/x86_64-Linux} and
 * {@code native/aarch64-Linux}. With them nothing has to be unpacked, so that Prefork runs where no directory can be written.
 *
 * <p>Only the packaged application has them. As a library, in another application, and in its own build's tests Prefork
 * finds none, and each library is unpacked into {@code java.io.tmpdir} by the process that needs it. Immutable.
 */
public final class ShippedLibraries {
    /** Where jffi looks before it unpacks: in a subdirectory named after the platform. */
    private static final String JFFI_PATH = "jffi.boot.library.path";

    /** As jffi names it; the number is that of its binary interface. */
    private static final String JFFI = "libjffi-1.2.so";

    private static final String SEARCHED = "java.library.path";

    /** Has a subdirectory for each platform. */
    private final Path all;

    private final Path ours;

    private ShippedLibraries(Path all, Path ours) {
        this.all = all;
        this.ours = ours;
    }

    /** Those for this machine; empty when they are not all there. */
    public static Optional<ShippedLibraries> ofThisProcess() {
        String architecture = System.getProperty("os.arch");
        return switch (Built.ofThisProcess()) {
            case FOR_JVM -> besideJar(System.getProperty("java.class.path", ""), architecture);
            case NATIVELY -> executable().flatMap(file -> beside(file, architecture));
        };
    }

    private static Optional<Path> executable() {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc/self/exe")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * @param classPath with {@code -jar} it is that jar alone
     * @param architecture {@code os.arch}
     */
    static Optional<ShippedLibraries> besideJar(String classPath, String architecture) {
        String jar = classPath.split(File.pathSeparator, 2)[0];
        return jar.endsWith(".jar") ? beside(Path.of(jar), architecture) : Optional.empty();
    }

    /**
     * @param program jar or executable
     * @param architecture {@code os.arch}
     */
    static Optional<ShippedLibraries> beside(Path program, String architecture) {
        Path all = program.toAbsolutePath().resolveSibling("native");
        // A path with a colon in it is two paths to every search for libraries.
        if (all.toString().contains(File.pathSeparator)) {
            return Optional.empty();
        }
        boolean arm = architecture.equals("aarch64");
        String netty = "libnetty_transport_native_epoll_" + (arm ? "aarch_64" : "x86_64") + ".so";
        Path ours = all.resolve(arm ? "aarch64-Linux" : "x86_64-Linux");
        boolean complete = Stream.of(JFFI, netty).map(ours::resolve).allMatch(Files::isReadable);
        return complete ? Optional.of(new ShippedLibraries(all, ours)) : Optional.empty();
    }

    /** Tells jffi where they are; to be called before its first use. A place that the user has named is kept. */
    static void tellJffi() {
        if (System.getProperty(JFFI_PATH) == null) {
            ofThisProcess().ifPresent(shipped -> System.setProperty(JFFI_PATH, shipped.all.toString()));
        }
    }

    /**
     * Makes a worker that is about to be started find them, behind what it would search anyhow. Netty's library cannot be
     * had in another way: a JVM reads the option once, when it starts; and what is loaded by its path before Netty asks for
     * it fails, since the library's own start already needs the class that waits for the library.
     */
    public List<String> options() {
        String searched = System.getProperty(SEARCHED, "");
        return List.of("-D" + SEARCHED + "=" + (searched.isEmpty() ? "" : searched + File.pathSeparator) + ours);
    }
}
