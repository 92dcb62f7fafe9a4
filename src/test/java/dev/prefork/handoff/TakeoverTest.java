package dev.prefork.handoff;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class TakeoverTest {
    /** Of fcntl-linux.h. */
    private static final int O_CLOEXEC = 0x80000;

    private final Posix posix = Posix.system();
    private final Set<Integer> before = OpenDescriptors.socketsAndPipes().keySet();
    private final int[] pipe = posix.pipe();
    private boolean ended;

    @AfterEach
    void close() {
        end();
        assertThat(OpenDescriptors.socketsAndPipes().keySet())
                .as("nothing is left open")
                .isEqualTo(before);
    }

    private void end() {
        if (!ended) {
            posix.close(pipe[1]);
        }
        ended = true;
    }

    private void say() {
        try (OutputStream out = new FileOutputStream("/proc/self/fd/" + pipe[1])) {
            out.write(1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Takeover standby() {
        return Takeover.of(posix, Map.of(Variables.TAKEOVER, String.valueOf(pipe[0])))
                .orElseThrow();
    }

    @Test
    void oneByteEndsTheWait() {
        Takeover standby = standby();
        CompletableFuture<Boolean> told = CompletableFuture.supplyAsync(standby::await);
        await().during(Duration.ofMillis(200)).until(() -> !told.isDone());
        say();
        assertThat(told.join()).isTrue();
        standby.close();
    }

    @Test
    void aByteThatCameBeforeTheWaitCounts() {
        Takeover standby = standby();
        say();
        end();
        assertThat(standby.await()).isTrue();
        standby.close();
    }

    @Test
    void theEndOfTheLineSaysNo() {
        Takeover standby = standby();
        CompletableFuture<Boolean> told = CompletableFuture.supplyAsync(standby::await);
        end();
        assertThat(told.join()).isFalse();
        standby.close();
    }

    @Test
    void aStopSaysNoAtOnce() {
        Takeover standby = standby();
        CompletableFuture<Boolean> told = CompletableFuture.supplyAsync(standby::await);
        standby.close();
        standby.close();
        assertThat(told.join()).isFalse();
    }

    @Test
    void aStopComesBeforeATakeoverAtTheSameTime() {
        Takeover standby = standby();
        say();
        standby.close();
        assertThat(standby.await()).isFalse();
    }

    @Test
    void aLineThatIsResetSaysNo() {
        int[] pair = posix.socketPair();
        // A socket that is closed with something unread resets the other end; see unix(7).
        posix.send(pair[0], new byte[1]);
        Takeover standby = Takeover.of(posix, Map.of(Variables.TAKEOVER, String.valueOf(pair[0])))
                .orElseThrow();
        posix.close(pair[1]);
        assertThat(standby.await()).isFalse();
        standby.close();
        posix.close(pipe[0]);
    }

    @Test
    void theWorkersOwnChildrenDoNotGetIt() {
        posix.setCloseOnExec(pipe[0], false);
        Takeover standby = standby();
        assertThat(OpenDescriptors.flags(pipe[0]) & O_CLOEXEC).isNotZero();
        standby.close();
        assertThat(standby.await()).isFalse();
    }

    @Test
    void anyOtherWorkerServesAtOnce() {
        assertThat(Takeover.of(posix, Map.of(Variables.LIFELINE, "4"))).isEmpty();
        posix.close(pipe[0]);
    }

    @ParameterizedTest
    @CsvSource({"9999, Bad file descriptor", "four, not a number", "'', not a number", "-1, not a number"})
    void aLineThatCannotBeReadIsRefused(String value, String reason) {
        assertThatThrownBy(() -> Takeover.of(posix, Map.of(Variables.TAKEOVER, value)))
                .isInstanceOf(AdoptionException.class)
                .hasMessage(
                        "PREFORK_TAKEOVER=" + value + " cannot be read (" + reason + "), so this standby could not be"
                                + " told to serve; the master must pass an open descriptor, or unset it");
        posix.close(pipe[0]);
    }
}
