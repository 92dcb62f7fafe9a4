package dev.prefork.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"RSA,2048", "RSA,4096", "EC,secp256r1", "EC,secp384r1"})
    void readsAChainAndAPkcs8Key(String algorithm, String size) throws Exception {
        TestCertificate made = TestCertificate.make(directory, algorithm, size);

        assertThat(Pem.context(Files.readString(made.certificateFile()), Files.readString(made.keyFile()))
                        .getProtocol())
                .isEqualTo("TLS");
        assertThat(Pem.privateKey(Files.readString(made.keyFile()))).isEqualTo(made.key());
    }

    /** The traditional key is the octet string inside the PKCS #8 one: the last value of the outer sequence. */
    private static byte[] traditional(PrivateKey key) {
        return Der.find(key.getEncoded(), Der.OCTET_STRING).orElseThrow();
    }

    @Test
    void readsATraditionalRsaKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        PrivateKey key = generator.generateKeyPair().getPrivate();

        assertThat(Pem.privateKey(TestCertificate.pem("RSA PRIVATE KEY", traditional(key))))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"secp256r1,2a8648ce3d030107", "secp384r1,2b81040022"})
    void readsATraditionalEcKeyWithItsCurveInABlockBefore(String curve, String oid) throws Exception {
        PrivateKey key = ecKey(curve);
        byte[] parameters = Der.encode(0x06, java.util.HexFormat.of().parseHex(oid));
        String pem = TestCertificate.pem("EC PARAMETERS", parameters)
                + TestCertificate.pem("EC PRIVATE KEY", traditional(key));

        assertThat(Pem.privateKey(pem)).isEqualTo(key);
    }

    @Test
    void readsATraditionalEcKeyThatNamesItsCurveItself() throws Exception {
        PrivateKey key = ecKey("secp256r1");
        byte[] curve = Der.encode(0x06, java.util.HexFormat.of().parseHex("2a8648ce3d030107"));
        byte[] secret = Der.find(traditional(key), Der.OCTET_STRING).orElseThrow();
        byte[] named = Der.encode(
                Der.SEQUENCE,
                new byte[] {0x02, 0x01, 0x01},
                Der.encode(Der.OCTET_STRING, secret),
                Der.encode(0xa0, curve));

        // Without the public half it is not equal to the whole, but it is the same secret on the same curve.
        ECPrivateKey read = (ECPrivateKey) Pem.privateKey(TestCertificate.pem("EC PRIVATE KEY", named));
        assertThat(read.getS()).isEqualTo(((ECPrivateKey) key).getS());
        assertThat(read.getParams()).isEqualTo(((ECPrivateKey) key).getParams());
    }

    @Test
    void refusesAnEcKeyWithoutACurve() throws Exception {
        String pem = TestCertificate.pem("EC PRIVATE KEY", traditional(ecKey("secp256r1")));

        assertThatThrownBy(() -> Pem.privateKey(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not name its curve");
    }

    /** As {@code openssl rsa -traditional -aes128} writes it; see RFC 1421, 4.6. */
    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY"})
    void saysThatATraditionalKeyIsEncrypted(String label) {
        String pem = "-----BEGIN " + label + "-----\nProc-Type: 4,ENCRYPTED\n"
                + "DEK-Info: AES-128-CBC,7C9ECEE98E1878295939A979010135B9\n\nAAAA\n-----END " + label + "-----\n";

        assertThatThrownBy(() -> Pem.privateKey(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the private key is encrypted; pass it decrypted, as openssl pkey writes it");
    }

    @Test
    void refusesAKeyOfAnotherTypeThanTheCertificates() throws Exception {
        String certificate = Files.readString(TestCertificate.make(directory).certificateFile());
        String key = TestCertificate.pem("PRIVATE KEY", ecKey("secp256r1").getEncoded());

        assertThatThrownBy(() -> Pem.context(certificate, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the private key does not belong to the first certificate: it is of type EC, the certificate of"
                                + " type RSA; pass the key that the certificate was made with");
    }

    private static PrivateKey ecKey(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair().getPrivate();
    }

    @Test
    void refusesAKeyThatBelongsToAnotherCertificate() throws Exception {
        TestCertificate made = TestCertificate.make(directory);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        String other = TestCertificate.pem(
                "PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded());

        String certificate = Files.readString(made.certificateFile());
        assertThatThrownBy(() -> Pem.context(certificate, other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not belong");
    }

    @ParameterizedTest
    @CsvSource({
        "ENCRYPTED PRIVATE KEY,AAAA,is encrypted",
        "PRIVATE KEY,AAAA,cannot be read",
        "EC PRIVATE KEY,MIIBAAIBAQ==,does not name its curve",
        "PUBLIC KEY,AAAA,no private key"
    })
    void refusesWhatIsNoKeyInOneLine(String label, String base64, String reason) {
        String pem = "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";

        assertThatThrownBy(() -> Pem.privateKey(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void lengthsAreEncodedInTheShortAndTheLongForm() {
        for (int length : new int[] {0, 1, 127, 128, 255, 256, 65_535, 65_536}) {
            byte[] content = new byte[length];
            Arrays.fill(content, (byte) 7);
            byte[] outer = Der.encode(Der.SEQUENCE, Der.encode(Der.OCTET_STRING, content));

            assertThat(Der.find(outer, Der.OCTET_STRING))
                    .hasValueSatisfying(found -> assertThat(found).isEqualTo(content));
            assertThat(Der.find(outer, 0x02)).isEmpty();
        }
    }

    @Test
    void damagedDerIsNotRead() {
        byte[] whole = Der.encode(Der.SEQUENCE, Der.encode(Der.OCTET_STRING, new byte[300]));
        for (int length = 0; length < whole.length; length++) {
            assertThat(Der.find(Arrays.copyOf(whole, length), Der.OCTET_STRING)).isEmpty();
        }
    }
}
