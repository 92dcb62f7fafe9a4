package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;

class ProcessesTest {
    private final Processes processes = new Processes();

    @Test
    void endsWhatATestStartedAndShowsWhatItWroteWhenTheTestFailed() {
        RunningProcess left = start();

        String shown = afterTestThat(Optional.of(new AssertionError("as if")));

        assertThat(left.isAlive()).isFalse();
        assertThat(shown)
                .contains("a failing test", "sh -c", "last words")
                .containsPattern("\\d\\.\\d{3}s out last words");
    }

    @Test
    void endsWhatATestStartedWithoutAWordWhenTheTestPassed() {
        RunningProcess left = start();

        String shown = afterTestThat(Optional.empty());

        assertThat(left.isAlive()).isFalse();
        assertThat(shown).isEmpty();
    }

    private RunningProcess start() {
        RunningProcess process =
                processes.command("sh", "-c", "echo last words; exec sleep 600").start();
        process.awaitLine("last words", Duration.ofSeconds(60));
        return process;
    }

    private String afterTestThat(Optional<Throwable> failure) {
        ExtensionContext context = (ExtensionContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ExtensionContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getExecutionException" -> failure;
                    case "getDisplayName" -> "a failing test";
                    default -> throw new AssertionError("unexpected call of " + method);
                });
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
        try {
            processes.afterEach(context);
        } finally {
            System.setErr(before);
        }
        return shown.toString(StandardCharsets.UTF_8);
    }
}
