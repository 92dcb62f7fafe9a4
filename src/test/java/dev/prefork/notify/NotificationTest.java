package dev.prefork.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationTest {
    private static final Notification NOTHING = new Notification(false, false, false, Optional.empty(), false);

    @ParameterizedTest
    @CsvSource({
        "READY=1, true, false, false, false",
        "STOPPING=1, false, true, false, false",
        "WATCHDOG=1, false, false, true, false",
        "MAINPID=4711, false, false, false, true",
        "MAINPID=, false, false, false, true"
    })
    void oneAssignmentIsRead(String message, boolean ready, boolean stopping, boolean watchdog, boolean mainPid) {
        Notification expected = new Notification(ready, stopping, watchdog, Optional.empty(), mainPid);
        assertThat(parse(message)).isEqualTo(expected);
        assertThat(parse(message + "\n")).isEqualTo(expected);
    }

    @Test
    void severalAssignmentsAreReadAndUnknownOnesLeftOut() {
        assertThat(parse("READY=1\nSTATUS=Serving 3 clients\nMONOTONIC_USEC=17\nX_OWN=1\nWATCHDOG=1"))
                .isEqualTo(new Notification(true, false, true, Optional.of("Serving 3 clients"), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n\n",
                "READY",
                "READY=",
                "READY=0",
                "READY=11",
                "READY=1 ",
                " READY=1",
                "ready=1",
                "XREADY=1",
                "WATCHDOG=trigger",
                "STATUSX=1",
                "=",
                "\0READY=1",
                "READY=1\0"
            })
    void whatIsNotExactlyAnAssignmentIsNotThere(String message) {
        assertThat(parse(message)).isEqualTo(NOTHING);
    }

    @Test
    void theLastStatusCounts() {
        assertThat(parse("STATUS=one\nSTATUS=two").status()).contains("two");
        assertThat(parse("STATUS=one\nSTATUS=").status()).contains("");
    }

    @Test
    void aStatusMayContainAnEqualsSign() {
        assertThat(parse("STATUS=a=b=c").status()).contains("a=b=c");
    }

    @Test
    void controlCharactersInAStatusBecomeBlanks() {
        assertThat(parse("STATUS=\u001b[31mred\rforged\u0000line\u0085x\u2028y\t ")
                        .status())
                .contains("[31mred forged line x y");
    }

    @Test
    void aLongStatusIsCutBetweenCharacters() {
        assertThat(parse("STATUS=" + "x".repeat(5000)).status()).contains("x".repeat(256));
        String faces = "\uD83D\uDE00".repeat(300);
        assertThat(parse("STATUS=" + faces).status()).contains("\uD83D\uDE00".repeat(256));
    }

    @Test
    void brokenUtf8IsReadAsFarAsItGoes() {
        byte[] message = "READY=1\nSTATUS=ab??cd\nWATCHDOG=1".getBytes(StandardCharsets.UTF_8);
        message[17] = (byte) 0xff;
        message[18] = (byte) 0xc3;
        Notification notification = Notification.parse(message);
        assertThat(notification.ready()).isTrue();
        assertThat(notification.watchdog()).isTrue();
        assertThat(notification.status()).contains("ab\uFFFD\uFFFDcd");
    }

    @Test
    void onlyTheBeginningOfAHugeMessageIsLookedAt() {
        byte[] huge = new byte[1 << 22];
        Arrays.fill(huge, (byte) '\n');
        assertThat(Notification.parse(huge)).isEqualTo(NOTHING);
        byte[] late = ("\n".repeat(Notification.LONGEST_MESSAGE) + "READY=1").getBytes(StandardCharsets.UTF_8);
        assertThat(Notification.parse(late)).isEqualTo(NOTHING);
    }

    @Test
    void randomBytesNeverThrow() {
        Random random = new Random(4711);
        for (int i = 0; i < 5000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            assertThat(Notification.parse(noise).ready()).isFalse();
        }
    }

    private static Notification parse(String message) {
        return Notification.parse(message.getBytes(StandardCharsets.UTF_8));
    }
}
