package dev.prefork.library;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Reads certificates and private keys in the PEM form of RFC 7468 and makes a server's TLS context of them. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /** The headers of RFC 1421, 4.4, which OpenSSL writes before an encrypted traditional key. */
    private static final Pattern HEADERS = Pattern.compile("\\A\\s*([A-Za-z0-9-]+:[^\\n]*\\n)+");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519", "Ed448", "DSA");

    /** AlgorithmIdentifier of rsaEncryption with NULL parameters; RFC 8017, A.1. */
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    /** Object identifier of id-ecPublicKey; RFC 5480, 2.1.1. */
    private static final byte[] EC_PUBLIC_KEY = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final int CURVE_TAG = 0xa0;

    private Pem() {}

    private record Block(String label, boolean encrypted, byte[] content) {}

    /**
     * A context with this chain and key.
     *
     * @throws IllegalArgumentException in one line, if either cannot be read or they do not belong together
     */
    static SSLContext context(String certificates, String key) {
        List<Certificate> chain = chain(certificates);
        PrivateKey privateKey = privateKey(key);
        try {
            requirePair(privateKey, chain.get(0));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] password = "unused".toCharArray();
            store.setKeyEntry("server", privateKey, password, chain.toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "the certificate and the key cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    private static List<Certificate> chain(String text) {
        List<Certificate> chain = new ArrayList<>();
        for (Block block : blocks(text)) {
            if (block.label().equals("CERTIFICATE")) {
                try {
                    chain.add(CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.content())));
                } catch (GeneralSecurityException e) {
                    throw new IllegalArgumentException("a certificate cannot be read: " + e.getMessage(), e);
                }
            }
        }
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate found; expected PEM with -----BEGIN CERTIFICATE-----");
        }
        return chain;
    }

    static PrivateKey privateKey(String text) {
        byte[] curve = new byte[0];
        for (Block block : blocks(text)) {
            if (block.encrypted() || block.label().equals("ENCRYPTED PRIVATE KEY")) {
                throw new IllegalArgumentException(
                        "the private key is encrypted; pass it decrypted, as openssl pkey writes it");
            }
            switch (block.label()) {
                case "PRIVATE KEY":
                    return fromPkcs8(block.content());
                case "RSA PRIVATE KEY":
                    return fromPkcs8(pkcs8(RSA, block.content()));
                case "EC PARAMETERS":
                    curve = block.content();
                    break;
                case "EC PRIVATE KEY":
                    return fromPkcs8(pkcs8(ecAlgorithm(block.content(), curve), block.content()));
                default:
                    break;
            }
        }
        throw new IllegalArgumentException("no private key found; expected PEM with -----BEGIN PRIVATE KEY-----");
    }

    private static PrivateKey fromPkcs8(byte[] encoded) {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // Another algorithm's key; the next one may know it.
                continue;
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("this Java does not support " + algorithm + " keys", e);
            }
        }
        throw new IllegalArgumentException("the private key cannot be read: none of " + ALGORITHMS + " knows it");
    }

    /** A key that signs what the certificate does not verify would only show at the first handshake. */
    private static void requirePair(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        String ofCertificate = certificate.getPublicKey().getAlgorithm();
        if (!key.getAlgorithm().equals(ofCertificate)) {
            throw new IllegalArgumentException(
                    "the private key does not belong to the first certificate: it is of type "
                            + key.getAlgorithm() + ", the certificate of type " + ofCertificate
                            + "; pass the key that the certificate was made with");
        }
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case "DSA" -> "SHA256withDSA";
                    default -> key.getAlgorithm();
                };
        byte[] sample = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(sample);
        if (!signature.verify(signed)) {
            throw new IllegalArgumentException(
                    "the private key does not belong to the first certificate; pass the key that"
                            + " the certificate was made with, and the server's certificate first");
        }
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                String content = matcher.group(2);
                String bare = HEADERS.matcher(content).replaceFirst("");
                boolean encrypted = content.contains("ENCRYPTED") && !bare.equals(content);
                blocks.add(new Block(
                        matcher.group(1), encrypted, Base64.getMimeDecoder().decode(bare)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("the " + matcher.group(1) + " block is not base64", e);
            }
        }
        return blocks;
    }

    /** PrivateKeyInfo of RFC 5208: version 0, the algorithm, the traditional key as an octet string. */
    private static byte[] pkcs8(byte[] algorithm, byte[] traditional) {
        return Der.encode(Der.SEQUENCE, VERSION_0, algorithm, Der.encode(Der.OCTET_STRING, traditional));
    }

    /** The curve stands in a block before the key or, tagged [0], in the key itself; RFC 5915, 3. */
    private static byte[] ecAlgorithm(byte[] key, byte[] parameters) {
        if (parameters.length > 0) {
            return Der.encode(Der.SEQUENCE, EC_PUBLIC_KEY, parameters);
        }
        byte[] inside = Der.find(key, CURVE_TAG)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the EC private key does not name its curve; convert it to PKCS #8"));
        return Der.encode(Der.SEQUENCE, EC_PUBLIC_KEY, inside);
    }
}
