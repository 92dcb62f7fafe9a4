package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.app.RunningMaster;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwallowedErrorsTest {
    private final IdleMaster idle = new IdleMaster();
    private final RunningMaster running = idle.publish();
    private final SwallowedErrors.Listening log = new SwallowedErrors.Listening();

    @AfterEach
    void retire() {
        RunningMaster.retire(running);
        idle.close();
    }

    private void log(Level level, Throwable thrown) {
        log(level, "io.vertx.core.impl.ContextBase", thrown);
    }

    private void log(Level level, String logger, Throwable thrown) {
        LogRecord line = new LogRecord(level, "swallowed");
        line.setLoggerName(logger);
        line.setThrown(thrown);
        log.publish(line);
    }

    @Test
    void ofAnApplicationsOwnLogOnlyThatMemoryIsShort() {
        log(Level.SEVERE, "org.acme.Poller", new AssertionError("its own affair"));
        log(Level.SEVERE, null, new StackOverflowError());
        assertThat(isReported()).isFalse();

        log(Level.SEVERE, "org.acme.Poller", new OutOfMemoryError("Java heap space"));
        assertThat(isReported()).isTrue();
    }

    private boolean isReported() {
        return running.master().errors().first().isPresent();
    }

    @Test
    void anErrorThatIsLoggedIsReportedWithTheThreadThatLogsIt() {
        log(Level.WARNING, new OutOfMemoryError("Java heap space"));

        assertThat(running.master().errors().first().orElseThrow().line())
                .startsWith("internal error: thread " + Thread.currentThread().getName()
                        + " failed: java.lang.OutOfMemoryError: Java heap space; ");
    }

    @Test
    void soIsOneThatIsACause() {
        log(Level.SEVERE, new ExecutionException(new RuntimeException(new StackOverflowError())));

        assertThat(running.master().errors().first().orElseThrow().cause()).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void whatIsNoErrorOrHasASubstituteIsNot() {
        RuntimeException one = new RuntimeException();
        RuntimeException circle = new RuntimeException(one);
        one.initCause(circle);
        log(Level.SEVERE, circle);
        log(Level.SEVERE, null);
        log(Level.WARNING, new UnsatisfiedLinkError("epoll"));
        log(Level.FINE, new AssertionError("expected"));
        log(Level.WARNING, new NoClassDefFoundError("Could not initialize class an.optional.One"));
        log(Level.WARNING, new OutOfMemoryError("unable to create native thread"));

        assertThat(isReported()).isFalse();
    }
}
