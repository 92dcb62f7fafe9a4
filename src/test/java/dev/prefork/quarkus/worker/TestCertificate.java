package dev.prefork.quarkus.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A self-signed certificate in a PKCS12 file, made by the JDK's keytool once for all tests of a JVM. */
public final class TestCertificate {
    public static final String PASSWORD = "secret";

    private static final Path FILE = make();

    private TestCertificate() {}

    public static Path file() {
        return FILE;
    }

    private static Path make() {
        try {
            Path directory = Files.createTempDirectory("certificate");
            Path file = directory.resolve("localhost.p12");
            Process keytool = new ProcessBuilder(command(file))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            file.toFile().deleteOnExit();
            directory.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> command(Path file) {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String options = "-genkeypair -alias localhost -dname CN=localhost -keyalg EC -storetype PKCS12 -validity 2";
        return List.of((keytool + " " + options + " -storepass " + PASSWORD + " -keystore " + file).split(" "));
    }
}
