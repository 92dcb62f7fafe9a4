package dev.prefork.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A class {@code *Fuzz}, whose {@code fuzzerTestOneInput(byte[])} is given what strangers may send, and inputs for a beginning. */
record FuzzTarget(String type) {
    private static final Path CLASSES = Path.of("target", "test-classes");

    static List<FuzzTarget> all() {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.filter(file -> file.toString().endsWith("Fuzz.class"))
                    .map(file -> CLASSES.relativize(file).toString())
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> !name.startsWith(FuzzTarget.class.getPackageName() + "."))
                    .sorted()
                    .map(FuzzTarget::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One file for each; what a run has found belongs here too. */
    Path seeds() {
        return Path.of("src", "test", "resources", "fuzz", simpleName());
    }

    String simpleName() {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    List<byte[]> readSeeds() throws IOException {
        try (Stream<Path> files = Files.list(seeds())) {
            List<byte[]> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                all.add(Files.readAllBytes(file));
            }
            return all;
        }
    }

    void run(byte[] input) throws Throwable {
        try {
            Class.forName(type).getMethod("fuzzerTestOneInput", byte[].class).invoke(null, (Object) input);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public String toString() {
        return simpleName();
    }
}
