package dev.prefork.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 0100007F",
        "10.1.2.255, FF02010A",
        "::1, 00000000000000000000000001000000",
        "2001:db8::1:2, B80D0120000000000000000002000100"
    })
    void addressesAreWrittenAsTheKernelDoes(String address, String text) throws UnknownHostException {
        assertThat(Attempt.kernelText(InetAddress.getByName(address))).isEqualTo(text);
    }
}
