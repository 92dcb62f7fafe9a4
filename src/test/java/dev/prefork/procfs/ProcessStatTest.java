package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessStatTest {
    /** Recorded but for the four times. */
    private static final String REST = " S 1 4711 4710 0 -1 4194560 15541 60224 7 60 1000 200 30 4 20 0 37 0 5317 "
            + "2895712256 51213 18446744073709551615 94029 94030 140736 0 0 0 0 4096 17642 0 0 0 17 1 0 0 0 0 0 9 9 9 9 9 9 9 0\n";

    @Test
    void theGroupTheSessionTheTimesAndTheThreadsAreRead() {
        assertThat(ProcessStat.parse("4712 (java)" + REST))
                .contains(new ProcessStat(
                        new ProcessStat.Kin(1, 4711, 4710), 'S', new ProcessStat.Cpu(1030, 204), 37, 51_213));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "((sd-pam))",
                "x) S 1 2 3 4 5 6 7 8 9 10 11 12",
                ") R 1 99 (",
                "(",
                ")",
                "two\nlines",
                "tab\there",
                "\u00e4\u00ff"
            })
    void aNameMayHoldAnything(String name) {
        assertThat(ProcessStat.parse("4712 (" + name + ")" + REST))
                .contains(new ProcessStat(
                        new ProcessStat.Kin(1, 4711, 4710), 'S', new ProcessStat.Cpu(1030, 204), 37, 51_213));
    }

    @Test
    void aZombieHasItsTimesAndNoThread() {
        assertThat(ProcessStat.parse("7 (sh) Z 1 7 7 0 -1 4227084 0 0 0 0 5 6 0 0 20 0 1 0 53 0 0"))
                .contains(new ProcessStat(new ProcessStat.Kin(1, 7, 7), 'Z', new ProcessStat.Cpu(5, 6), 0, 0));
        assertThat(ProcessStat.parse("7 (sh) X 1 7 7 0 -1 4227084 0 0 0 0 5 6 0 0 20 0 0 0 53 0 0"))
                .contains(new ProcessStat(new ProcessStat.Kin(1, 7, 7), 'X', new ProcessStat.Cpu(5, 6), 0, 0));
    }

    @Test
    void whatHasEndedIsDead() {
        assertThat("RSDTtIZX"
                        .chars()
                        .filter(state -> ProcessStat.parse(
                                        "7 (sh) " + (char) state + " 1 7 7 0 -1 0 0 0 0 0 5 6 0 0 20 0 2")
                                .orElseThrow()
                                .dead())
                        .mapToObj(Character::toString))
                .containsExactly("Z", "X");
    }

    @Test
    void threadsThatOutliveTheFirstOneCount() {
        assertThat(ProcessStat.parse("7 (sh) Z 1 7 7 0 -1 4227084 0 0 0 0 5 6 0 0 20 0 4 0 53 0 0"))
                .map(ProcessStat::threads)
                .contains(3);
    }

    @Test
    void nothingBehindTheThreadsIsNeeded() {
        assertThat(ProcessStat.parse("7 (sh) S 1 7 7 0 -1 0 0 0 0 0 5 6 0 0 20 0 2"))
                .contains(new ProcessStat(new ProcessStat.Kin(1, 7, 7), 'S', new ProcessStat.Cpu(5, 6), 2, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "7",
                "7 (sh",
                "7 (sh)",
                "7 (sh) S",
                "7 (sh) S 1 7 7 0 -1 0 0 0 0 0 5 6 0 0 20 0",
                "7 sh S 1 7 7 0 -1 0 0 0 0 0 5 6 0 0 20 0 2",
                "7 (sh) S 1 x 7 0 -1 0 0 0 0 0 5 6 0 0 20 0 2",
                "7 (sh) S 1 7 x 0 -1 0 0 0 0 0 5 6 0 0 20 0 2",
                "7 (sh) S 1 7 7 0 -1 0 0 0 0 0 5 ? 0 0 20 0 2",
                "7 (sh) S 1 7 7 0 -1 0 0 0 0 0 5 99999999999999999999 0 0 20 0 2",
                "7 (sh) S 1 7 7 0 -1 0 0 0 0 0 5 6 0 0 20 0 many",
                "7 (sh) S 1 7 7 0 -1 0 0 0 0 0 5 6 0 0 20 0 2 0 53 0 much"
            })
    void whatIsNoSuchLineIsNoProcess(String line) {
        assertThat(ProcessStat.parse(line)).isEqualTo(Optional.empty());
    }
}
