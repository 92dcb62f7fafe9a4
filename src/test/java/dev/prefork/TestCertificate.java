package dev.prefork;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for localhost in PEM files, made with the JDK's own keytool, and a client that trusts it. */
public record TestCertificate(Path certificateFile, Path keyFile, X509Certificate certificate, PrivateKey key) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    public static TestCertificate make(Path directory) throws Exception {
        return make(directory, "RSA", "2048");
    }

    public static TestCertificate make(Path directory, String algorithm, String size) throws Exception {
        Path store = directory.resolve("store-" + algorithm + ".p12");
        keytool(
                List.of("-genkeypair", "-alias", "server", "-dname", "CN=localhost", "-validity", "2"),
                List.of("-keyalg", algorithm, algorithm.equals("EC") ? "-groupname" : "-keysize", size),
                List.of("-ext", "SAN=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12"),
                List.of("-keystore", store.toString(), "-storepass", new String(PASSWORD)));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), PASSWORD);
        X509Certificate certificate = (X509Certificate) keys.getCertificate("server");
        PrivateKey key = (PrivateKey) keys.getKey("server", PASSWORD);
        Path certificateFile = directory.resolve("cert-" + algorithm + ".pem");
        Path keyFile = directory.resolve("key-" + algorithm + ".pem");
        Files.writeString(certificateFile, pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
        return new TestCertificate(certificateFile, keyFile, certificate, key);
    }

    public static String pem(String label, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /** All that a TLS server that is trusted by this certificate says on one connection. */
    String read(String host, int port) throws Exception {
        try (SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket(host, port)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }

    /** A client's view that trusts it. */
    public SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", (Certificate) certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @SafeVarargs
    private static void keytool(List<String>... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        for (List<String> part : arguments) {
            command.addAll(part);
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("keytool failed: " + output);
        }
    }
}
