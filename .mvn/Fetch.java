import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/** What mvnw asks of Java where a machine has no curl, wget or sha512sum. Run as a source file, never compiled into the project. */
class Fetch {
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "get" -> get(URI.create(args[1]), Path.of(args[2]));
            case "sha512" -> System.out.println(sha512(Path.of(args[1])));
            default -> throw new IllegalArgumentException("unknown request: " + args[0]);
        }
    }

    private static void get(URI address, Path file) throws InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        try {
            int status = client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofFile(file))
                    .statusCode();
            if (status != 200) {
                fail(address, "HTTP status " + status);
            }
        } catch (IOException e) {
            fail(address, e.toString());
        }
    }

    private static void fail(URI address, String why) {
        System.err.println("java: " + address + ": " + why);
        System.exit(1);
    }

    private static String sha512(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-512");
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
