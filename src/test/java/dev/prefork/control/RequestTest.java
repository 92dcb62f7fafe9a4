package dev.prefork.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestTest {
    static Stream<Request> all() {
        return Stream.of(
                new Request.Status(),
                new Request.Events(0, true),
                new Request.Events(1L << 40, false),
                new Request.Reload(false),
                new Request.Reload(true),
                new Request.Scale(4, false, true),
                new Request.Scale(-2, true, false),
                new Request.Stop(true),
                new Request.Kill(0, true),
                new Request.Kill(9999, false),
                new Request.Dump(3, OptionalInt.empty()),
                new Request.Dump(3, OptionalInt.of(4711)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsSentIsUnderstood(Request request) {
        assertThat(Request.parse(request.text())).isEqualTo(request);
        assertThat(request.text().length()).isLessThan(Limits.LONGEST_REQUEST);
    }

    @Test
    void onlyLookingChangesNothing() {
        assertThat(all().filter(request -> !request.changes())
                        .map(Request::word)
                        .distinct())
                .containsExactly("status", "events");
    }

    @Test
    void theWireIsAsDocumented() {
        assertThat(new Request.Kill(2, true).text())
                .isIn(
                        "{\"version\":1,\"request\":\"kill\",\"slot\":2,\"now\":true}",
                        "{\"version\":1,\"request\":\"kill\",\"now\":true,\"slot\":2}");
        assertThat(Request.parse("{\"request\":\"reload\",\"version\":1}")).isEqualTo(new Request.Reload(false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{                                                 | a message must be JSON: ",
                "[]                                                | a message must be a JSON object",
                "{}                                                | a message must have a version",
                "{\"version\":\"1\"}                               | version must be a whole number",
                "{\"version\":2,\"request\":\"status\"}            | this is version 1 of the protocol, not 2",
                "{\"version\":1}                                   | request is missing",
                "{\"version\":1,\"request\":\"halt\"}              | there is no such request",
                "{\"version\":1,\"request\":7}                     | request must be a text",
                "{\"version\":1,\"request\":\"status\",\"a\":1}    | there is no member a in this message",
                "{\"version\":1,\"request\":\"stop\",\"now\":1}    | now must be true or false",
                "{\"version\":1,\"request\":\"kill\"}              | slot is missing",
                "{\"version\":1,\"request\":\"kill\",\"slot\":1.5} | slot must be a whole number",
                "{\"version\":1,\"request\":\"kill\",\"slot\":99999999999} | slot is out of range",
                "{\"version\":1,\"request\":\"scale\"}             | either to or by is needed",
                "{\"version\":1,\"request\":\"scale\",\"to\":1,\"by\":1} | either to or by is needed",
            })
    void whatIsWrongIsSaid(String text, String problem) {
        assertThatThrownBy(() -> Request.parse(text))
                .isInstanceOf(BadMessageException.class)
                .hasMessageStartingWith(problem);
    }
}
