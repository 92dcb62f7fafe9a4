package dev.prefork.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each target takes its seeds, and what becomes of them when parts are cut, doubled, mixed and changed. */
class FuzzTargetsTest {
    private static final int ROUNDS = Ring.rounds("prefork.fuzz-rounds", 20_000, 200_000);
    private static final int MOST_CHANGES = 4;
    private static final int LONGEST = 20_000;

    static List<FuzzTarget> targets() {
        return FuzzTarget.all();
    }

    @Test
    void thereAreSome() {
        assertThat(targets())
                .extracting(FuzzTarget::simpleName)
                .contains("ExpositionFuzz", "NotificationFuzz", "RequestFuzz", "ProcTextFuzz");
    }

    @ParameterizedTest
    @MethodSource("targets")
    void takesItsSeedsAndWhatBecomesOfThem(FuzzTarget target) throws Throwable {
        List<byte[]> seeds = target.readSeeds();
        assertThat(seeds).isNotEmpty();
        target.run(new byte[0]);
        for (byte[] seed : seeds) {
            target.run(seed);
        }
        Random random = new Random(4711);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = seeds.get(random.nextInt(seeds.size()));
            for (int change = random.nextInt(MOST_CHANGES); change >= 0; change--) {
                input = changed(input, seeds.get(random.nextInt(seeds.size())), random);
            }
            try {
                target.run(input);
            } catch (Throwable failure) {
                throw new AssertionError("as Base64: " + Base64.getEncoder().encodeToString(input), failure);
            }
        }
    }

    /** The input with a part replaced: by nothing, by itself twice, by a part of another, or by bytes by chance. */
    private static byte[] changed(byte[] input, byte[] other, Random random) {
        int from = random.nextInt(input.length + 1);
        int to = from + random.nextInt(Math.min(16, input.length - from) + 1);
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        made.write(input, 0, from);
        switch (random.nextInt(4)) {
            case 0 -> {}
            case 1 -> {
                made.write(input, from, to - from);
                made.write(input, from, to - from);
            }
            case 2 -> {
                int start = random.nextInt(other.length);
                made.write(other, start, random.nextInt(other.length - start) + 1);
            }
            default -> {
                byte[] any = new byte[1 + random.nextInt(4)];
                random.nextBytes(any);
                made.write(any, 0, any.length);
            }
        }
        made.write(input, to, input.length - to);
        return made.size() > LONGEST ? other : made.toByteArray();
    }
}
