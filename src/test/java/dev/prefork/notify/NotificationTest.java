package dev.prefork.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.prefork.notify.Notification.Sign;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationTest {
    /** A status, and some names; not a text for each line. */
    private static final long MOST_GARBAGE = 50_000;

    private static final Notification NOTHING =
            new Notification(Set.of(), Optional.empty(), Optional.empty(), Optional.empty());

    @ParameterizedTest
    @CsvSource({
        "READY=1, READY",
        "STOPPING=1, STOPPING",
        "WATCHDOG=1, WATCHDOG",
        "PREFORK_RECYCLE=1, RECYCLE",
        "MAINPID=4711, MAINPID",
        "MAINPID=, MAINPID"
    })
    void oneAssignmentIsRead(String message, Sign sign) {
        Notification expected = new Notification(Set.of(sign), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(parse(message)).isEqualTo(expected);
        assertThat(parse(message + "\n")).isEqualTo(expected);
    }

    @Test
    void severalAssignmentsAreReadAndUnknownOnesLeftOut() {
        assertThat(parse("READY=1\nSTATUS=Serving 3 clients\nMONOTONIC_USEC=17\nX_OWN=1\nWATCHDOG=1"))
                .isEqualTo(new Notification(
                        Set.of(Sign.READY, Sign.WATCHDOG),
                        Optional.of("Serving 3 clients"),
                        Optional.empty(),
                        Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "PREFORK_HEALTH=DOWN database: refused, database: refused",
        "PREFORK_HEALTH=DOWN  database , database",
        "PREFORK_HEALTH=DOWN, it does not say why"
    })
    void whatAWorkersOwnChecksFindIsReadWithItsReason(String message, String reason) {
        assertThat(parse(message).health()).contains(new Notification.Health(Optional.of(reason)));
        assertThat(parse(message).unknown()).isEmpty();
    }

    @Test
    void theLastHealthCountsAndWhatIsNeitherUpNorDownIsNotThere() {
        Notification.Health up = new Notification.Health(Optional.empty());
        assertThat(parse("PREFORK_HEALTH=DOWN x\nPREFORK_HEALTH=UP").health()).contains(up);
        assertThat(parse("PREFORK_HEALTH=DOWN x")
                        .and(parse("PREFORK_HEALTH=UP"))
                        .health())
                .contains(up);
        assertThat(parse("PREFORK_HEALTH=UP").and(parse("READY=1")).health()).contains(up);
        for (String other : new String[] {"", "up", "UP!", "DOWNTOWN", "1"}) {
            assertThat(parse("PREFORK_HEALTH=" + other)).as(other).isEqualTo(NOTHING);
        }
    }

    @Test
    void aReasonIsAsLongAndAsPlainAsAStatus() {
        String reason = parse("PREFORK_HEALTH=DOWN a\u001b[2Jb " + "ü".repeat(5000))
                .health()
                .orElseThrow()
                .down()
                .orElseThrow();

        assertThat(reason).startsWith("a [2Jb ü").hasSizeLessThanOrEqualTo(Notification.LONGEST_STATUS);
        assertThat(Notification.Health.text(Optional.of("a\nREADY=1"))).isEqualTo("DOWN a READY=1");
        assertThat(Notification.Health.text(Optional.empty())).isEqualTo("UP");
    }

    @Test
    void theFirstVariableThatIsNotKnownIsKeptAndNoneThatIs() {
        assertThat(parse("READY=0\nPREFORK_RECYCLE=0\nRELOADING=1\nFDSTORE=1").unknown())
                .contains("RELOADING");
        assertThat(parse("BARRIER=1\nX_OWN=1\nMONOTONIC_USEC=17\nfoo=1\nA\u001bB=1\n" + "A".repeat(65) + "=1"))
                .isEqualTo(NOTHING);
    }

    @Test
    void twoTogetherSayWhatEachOfThemSays() {
        Notification both = parse("READY=1\nSTATUS=old\nFIRST=1").and(parse("WATCHDOG=1\nSTATUS=new\nSECOND=1"));
        assertThat(both)
                .isEqualTo(new Notification(
                        Set.of(Sign.READY, Sign.WATCHDOG), Optional.of("new"), Optional.empty(), Optional.of("FIRST")));
        assertThat(both.and(NOTHING)).isEqualTo(both);
        assertThat(NOTHING.and(both)).isEqualTo(both);
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
        assertThat(parse(message).signs()).isEmpty();
        assertThat(parse(message).status()).isEmpty();
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
        assertThat(notification.says(Sign.READY)).isTrue();
        assertThat(notification.says(Sign.WATCHDOG)).isTrue();
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
    void onlyTheFirstLinesOfAMessageAreLookedAt() {
        assertThat(parse("\n".repeat(Notification.MOST_LINES - 1) + "READY=1").says(Sign.READY))
                .isTrue();
        assertThat(parse("\n".repeat(Notification.MOST_LINES) + "READY=1")).isEqualTo(NOTHING);
    }

    /** They may be sent without end. */
    @ParameterizedTest
    @ValueSource(strings = {"A=\n", "\n", "a\n", "READY=1\n", "STATUS=x", "STATUS=€\n", "X_A=1\n", "="})
    void aLongMessageMakesLittleGarbage(String line) {
        byte[] message =
                line.repeat(Notification.LONGEST_MESSAGE / line.length()).getBytes(StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Notification.parse(message);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < 100; i++) {
            Notification.parse(message);
        }
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(allocated / 100).isLessThan(MOST_GARBAGE);
    }

    @Test
    void randomBytesNeverThrow() {
        Random random = new Random(4711);
        for (int i = 0; i < 5000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            assertThat(Notification.parse(noise).says(Sign.READY)).isFalse();
        }
    }

    private static Notification parse(String message) {
        return Notification.parse(message.getBytes(StandardCharsets.UTF_8));
    }
}
