package dev.prefork.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTest {
    @Test
    void onlyProgressIsNotTheLast() {
        assertThat(Answer.progress("1 of 4").isLast()).isFalse();
        assertThat(Answer.done(Map.of()).isLast()).isTrue();
        assertThat(Answer.refused("no").isLast()).isTrue();
        assertThat(Answer.unanswered("no").isLast()).isTrue();
    }

    @Test
    void whatIsSentIsUnderstood() {
        Answer.Received done = Answer.parse(Answer.done(Map.of("from", 2)).text());
        assertThat(done.kind()).isEqualTo(Answer.Kind.DONE);
        assertThat(done.members()).containsExactly(Map.entry("from", 2L));
        assertThat(done.isLast()).isTrue();

        Answer.Received refused = Answer.parse(Answer.refused("a \"reason\"\n").text());
        assertThat(refused.line()).isEqualTo("a \"reason\"\n");
        assertThat(refused.members()).isEmpty();
        assertThat(Answer.parse(Answer.progress("on its way").text()).isLast()).isFalse();
    }

    @Test
    void theWireIsAsDocumented() {
        assertThat(Answer.refused("why").text()).isEqualTo("{\"version\":1,\"answer\":\"refused\",\"body\":\"why\"}");
    }

    @Test
    void ofAnotherKindOrVersionItIsRefused() {
        assertThatThrownBy(() -> Answer.parse("{\"version\":1,\"answer\":\"perhaps\"}"))
                .isInstanceOf(BadMessageException.class);
        assertThatThrownBy(() -> Answer.parse("{\"version\":3,\"answer\":\"done\"}"))
                .hasMessage("this is version 1 of the protocol, not 3");
    }
}
