package dev.prefork.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A client of the control socket may send anything, in any pieces: the same messages arrive, or the same refusal, however it is cut. */
public final class FrameFuzz {
    private static final int LONGEST = 4096;

    private FrameFuzz() {}

    /** The first byte is the size of the pieces. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 1) {
            byte[] sent = Arrays.copyOfRange(input, 1, input.length);
            assertThat(taken(sent, 1 + (input[0] & 0x7f))).isEqualTo(taken(sent, sent.length));
        }
    }

    private static List<String> taken(byte[] sent, int piece) {
        Frame frame = new Frame(LONGEST);
        List<String> texts = new ArrayList<>();
        try {
            for (int from = 0; from < sent.length; from += piece) {
                byte[] part = Arrays.copyOfRange(sent, from, Math.min(sent.length, from + piece));
                frame.add(part, part.length);
                frame.next().ifPresent(texts::add);
            }
            while (texts.addAll(frame.next().stream().toList())) {}
        } catch (BadMessageException refused) {
            texts.add("refused: " + refused.getMessage());
        }
        return texts;
    }
}
