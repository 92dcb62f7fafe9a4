package dev.prefork;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.library.Failure;
import dev.prefork.library.Failure.Kind;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreforkExceptionTest {
    private static PreforkException named(Kind kind) {
        return PreforkException.of(new Failure(kind, "why", new IOException("deeper")));
    }

    @Test
    void everyFailureHasANameOfItsOwn() {
        assertThat(Stream.of(Kind.values()).map(kind -> named(kind).getClass())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void messageAndCauseStay(Kind kind) {
        assertThat(named(kind)).hasMessage("why").hasRootCauseMessage("deeper");
    }
}
