package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatienceTest {
    @ParameterizedTest
    @CsvSource({"9,9,false", "10,4,false", "10,5,true", "30,1,false", "60,0,true", "300,0,true"})
    void aRecordIsCompleteWhenItNoLongerGrowsOrWhenTimeIsUp(int ready, int quiet, boolean complete) {
        assertThat(Training.Patience.DEFAULT.isComplete(Duration.ofSeconds(ready), Duration.ofSeconds(quiet)))
                .isEqualTo(complete);
    }
}
