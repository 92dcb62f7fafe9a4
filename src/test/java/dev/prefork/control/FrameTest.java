package dev.prefork.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static final int LONGEST = 4096;

    private final Frame frame = new Frame(LONGEST);

    private void add(byte... bytes) {
        frame.add(bytes, bytes.length);
    }

    private static byte[] raw(int length, byte... text) {
        return ByteBuffer.allocate(Frame.HEADER + text.length)
                .putInt(length)
                .put(text)
                .array();
    }

    @Test
    void aTextArrivesAsItWas() {
        add(Frame.of("{\"\u00e4\u20ac\":\"\ud83d\ude00\"}"));
        assertThat(frame.next()).contains("{\"\u00e4\u20ac\":\"\ud83d\ude00\"}");
        assertThat(frame.next()).isEmpty();
    }

    @Test
    void inAnyPieces() {
        for (byte each : Frame.of("piecewise")) {
            assertThat(frame.next()).isEmpty();
            add(each);
        }
        assertThat(frame.next()).contains("piecewise");
    }

    @Test
    void severalAtOnceAreTakenApart() {
        Random random = new Random(4711);
        StringBuilder sent = new StringBuilder();
        StringBuilder taken = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            String text = "x".repeat(1 + random.nextInt(LONGEST));
            sent.append(text);
            byte[] bytes = Frame.of(text);
            int half = random.nextInt(bytes.length);
            frame.add(bytes, half);
            frame.next().ifPresent(taken::append);
            add(java.util.Arrays.copyOfRange(bytes, half, bytes.length));
            if (random.nextBoolean()) {
                frame.next().ifPresent(taken::append);
            }
        }
        for (var next = frame.next(); next.isPresent(); next = frame.next()) {
            taken.append(next.get());
        }
        assertThat(taken.toString()).isEqualTo(sent.toString());
    }

    @Test
    void theLongestIsTakenAndALongerOneRefusedBeforeItHasArrived() {
        add(Frame.of("x".repeat(LONGEST)));
        assertThat(frame.next()).hasValueSatisfying(text -> assertThat(text).hasSize(LONGEST));
        add(raw(LONGEST + 1));
        assertThatThrownBy(frame::next)
                .isInstanceOf(BadMessageException.class)
                .hasMessage("a message has 1 to 4096 bytes, not 4097");
    }

    @Test
    void lengthsThatAreNoneAreRefused() {
        add(raw(0));
        assertThatThrownBy(frame::next).isInstanceOf(BadMessageException.class).hasMessageContaining("not 0");
        Frame negative = new Frame(LONGEST);
        negative.add(raw(-1), Frame.HEADER);
        assertThatThrownBy(negative::next)
                .isInstanceOf(BadMessageException.class)
                .hasMessageContaining("not 4294967295");
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        add(raw(2, (byte) 0xc3, (byte) 0x28));
        assertThatThrownBy(frame::next).isInstanceOf(BadMessageException.class).hasMessage("a message must be UTF-8");
        assertThat(Frame.of("\u00e4")).isEqualTo(raw(2, "\u00e4".getBytes(StandardCharsets.UTF_8)));
    }
}
