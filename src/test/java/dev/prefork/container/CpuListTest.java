package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|1", "0-3|4", "0-3,7|5", "1,3,5|3", " 0-1 |2", "0-1, 4-5|4", "64-127|64"})
    void countsTheCpusOfAList(String list, int count) {
        assertThat(CpuList.count(list)).hasValue(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "0-", "-3", "3-0", "a-b", "0-3,", "0..3", "99999999999", "0-3;7"})
    void knowsNothingFromWhatIsNoList(String list) {
        assertThat(CpuList.count(list)).isEmpty();
    }

    @Test
    void aTabBeforeTheListAsInProcStatusDoesNotMatter() {
        assertThat(CpuList.count("\t0-1")).hasValue(2);
    }
}
