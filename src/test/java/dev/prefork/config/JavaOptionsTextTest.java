package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaOptionsTextTest {
    @Test
    void splitsAtWhiteSpaceAndKeepsWhatIsQuoted() {
        assertThat(JavaOptionsText.split("  -Xmx1g\t-Dname=\"a b\"  '-Dother=it is \"so\"'\n-Dempty='' "))
                .containsExactly("-Xmx1g", "-Dname=a b", "-Dother=it is \"so\"", "-Dempty=");
    }

    @Test
    void isWrittenAsItIsRead() {
        List<String> words = List.of("-Xmx1g", "-Da=b c", "-Dd=it's", "-De=\"q\"", "-Df='a' \"b\"", "-Dg=''");
        assertThat(JavaOptionsText.split(JavaOptionsText.join(words))).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Da='b", "-Xmx1g \""})
    void refusesAQuoteThatIsNotClosed(String text) {
        assertThatThrownBy(() -> JavaOptionsText.split(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not closed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-jar x.jar", "-version", "-cp a", "Main", "--add-opens java.base/java.lang=ALL-UNNAMED", "''"})
    void refusesWhatWouldRunSomethingElse(String text) {
        assertThatThrownBy(() -> JavaOptionsText.split(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
