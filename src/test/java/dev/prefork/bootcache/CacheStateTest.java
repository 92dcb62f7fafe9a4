package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.bootcache.CacheState.Dropped;
import dev.prefork.bootcache.CacheState.Use;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Exit;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheStateTest {
    private static final Archive ARCHIVE = new Archive(Path.of("/c/a.jsa"), 40, true);

    private static final Exit FAILED = new Exit(new WaitStatus.Exited(1), Exit.Cause.EXIT, false);
    private static final Exit STOPPED = new Exit(new WaitStatus.Signaled(6, false), Exit.Cause.SIGNAL, true);

    private final CacheState empty = new CacheState(Optional.empty());
    private final CacheState filled = new CacheState(Optional.of(ARCHIVE));

    @Test
    void oneWorkerAtATimeMakesARecord() {
        assertThat(empty.next()).isEqualTo(Use.RECORD);
        empty.started(10, Use.RECORD);
        assertThat(empty.next()).isEqualTo(Use.PLAIN);
        empty.started(11, Use.PLAIN);

        assertThat(empty.ready(10)).isEqualTo(Use.RECORD);
        assertThat(empty.ready(11)).isEqualTo(Use.PLAIN);
        assertThat(empty.isTrainer(10)).isTrue();
    }

    @Test
    void allWorkersUseTheArchiveOnceItIsMade() {
        empty.started(10, Use.RECORD);
        empty.ready(10);
        empty.made(ARCHIVE);

        assertThat(empty.next()).isEqualTo(Use.ARCHIVE);
        assertThat(empty.isTrainer(10)).isFalse();
    }

    @Test
    void anotherWorkerMakesTheRecordWhenTheFirstHasExited() {
        empty.started(10, Use.RECORD);
        assertThat(empty.exited(10, FAILED)).isEmpty();

        assertThat(empty.next()).isEqualTo(Use.RECORD);
    }

    @Test
    void noMoreThanThreeAreAsked() {
        for (int pid = 1; pid <= CacheState.MOST_TRAINERS; pid++) {
            assertThat(empty.next()).isEqualTo(Use.RECORD);
            empty.started(pid, Use.RECORD);
            empty.exited(pid, FAILED);
        }
        assertThat(empty.next()).isEqualTo(Use.PLAIN);
        assertThat(empty.isExhausted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNotExhaustedWhileTheLastIsAsked(boolean made) {
        for (int pid = 1; pid < CacheState.MOST_TRAINERS; pid++) {
            empty.started(pid, Use.RECORD);
            empty.exited(pid, FAILED);
        }
        assertThat(empty.isExhausted()).isFalse();
        empty.started(10, Use.RECORD);
        assertThat(empty.isExhausted()).isFalse();
        if (made) {
            empty.made(ARCHIVE);
        } else {
            empty.drop();
        }
        assertThat(empty.isExhausted()).isFalse();
    }

    @Test
    void anExitBeforeReadyEndsTheUseOfTheArchive() {
        filled.started(10, Use.ARCHIVE);

        assertThat(filled.exited(10, FAILED)).contains(new Dropped(ARCHIVE, false));
        assertThat(filled.next()).isEqualTo(Use.PLAIN);
        assertThat(filled.isOff()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"4, true", "6, true", "7, true", "11, true", "9, false", "15, false"})
    void onlyACrashCondemnsItForOthers(int signal, boolean condemned) {
        filled.started(10, Use.ARCHIVE);
        assertThat(filled.exited(10, killedBy(signal))).contains(new Dropped(ARCHIVE, condemned));
    }

    @Test
    void everyWorkerThatCrashesBeforeItIsReadyHasItsArchiveToBlame() {
        for (int pid = 10; pid < 14; pid++) {
            filled.started(pid, pid == 13 ? Use.PLAIN : Use.ARCHIVE);
        }
        filled.ready(12);
        WaitStatus crash = new WaitStatus.Signaled(6, false);
        assertThat(filled.isToBlame(10, crash)).isTrue();
        assertThat(filled.isToBlame(10, new WaitStatus.Exited(1))).isFalse();
        assertThat(filled.isToBlame(10, new WaitStatus.Signaled(9, false))).isFalse();
        filled.exited(10, killedBy(6));

        assertThat(filled.isToBlame(11, crash)).as("the archive is dropped").isTrue();
        assertThat(filled.isToBlame(12, crash)).as("it was ready").isFalse();
        assertThat(filled.isToBlame(13, crash)).as("it used none").isFalse();
        assertThat(filled.isToBlame(10, crash)).as("it is gone").isFalse();
    }

    @Test
    void isNotBlamedOnceAWorkerWasReadyFromIt() {
        filled.started(10, Use.ARCHIVE);
        filled.ready(10);
        filled.started(11, Use.ARCHIVE);

        assertThat(filled.exited(11, FAILED)).isEmpty();
        assertThat(filled.next()).isEqualTo(Use.ARCHIVE);
    }

    @Test
    void aCrashEndsTheUseOfWhatAnotherBecameReadyFromButLeavesTheFile() {
        filled.started(10, Use.ARCHIVE);
        filled.ready(10);
        filled.started(11, Use.ARCHIVE);

        assertThat(filled.exited(11, killedBy(11))).contains(new Dropped(ARCHIVE, false));
        assertThat(filled.isOff()).isTrue();
    }

    @Test
    void whatIsKnownOfAnArchiveIsNotKnownOfTheNext() {
        filled.started(10, Use.ARCHIVE);
        filled.started(11, Use.ARCHIVE);
        filled.ready(10);
        filled.replace(Optional.empty());
        Archive next = new Archive(Path.of("/c/b.jsa"), 41, true);
        filled.made(next);

        assertThat(filled.usedBy(10)).isEmpty();
        assertThat(filled.exited(11, FAILED)).isEmpty();
        filled.started(12, Use.ARCHIVE);
        assertThat(filled.usedBy(12)).contains(next);
        assertThat(filled.exited(12, FAILED)).contains(new Dropped(next, false));
    }

    @Test
    void aWorkerBelongsToWhatItWasStartedFrom() {
        Archive next = new Archive(Path.of("/c/b.jsa"), 41, true);
        filled.replace(Optional.of(next));
        filled.started(10, Use.ARCHIVE, Optional.of(ARCHIVE));

        assertThat(filled.usedBy(10)).isEmpty();
        assertThat(filled.exited(10, FAILED)).isEmpty();
        assertThat(filled.next()).isEqualTo(Use.ARCHIVE);
    }

    @Test
    void isNotBlamedTwice() {
        filled.started(10, Use.ARCHIVE);
        filled.started(11, Use.ARCHIVE);

        assertThat(filled.exited(10, FAILED)).isPresent();
        assertThat(filled.exited(11, FAILED)).isEmpty();
    }

    @Test
    void isNotBlamedForAStopNorForAnExitAfterReady() {
        filled.started(10, Use.ARCHIVE);
        assertThat(filled.exited(10, STOPPED)).isEmpty();

        filled.started(11, Use.ARCHIVE);
        filled.ready(11);
        assertThat(filled.exited(11, FAILED)).isEmpty();
        assertThat(filled.next()).isEqualTo(Use.ARCHIVE);
    }

    @Test
    void isNotBlamedForAWorkerThatDidNotUseIt() {
        filled.started(10, Use.PLAIN);
        assertThat(filled.exited(10, FAILED)).isEmpty();
        assertThat(filled.exited(99, FAILED)).isEmpty();
    }

    @Test
    void anArchiveThatWasMadeAfterwardsIsNotUsedEither() {
        filled.drop();
        filled.made(ARCHIVE);
        assertThat(filled.next()).isEqualTo(Use.PLAIN);
    }

    @Test
    void oneThatAnotherRemovedIsMadeAgain() {
        filled.replace(Optional.empty());
        assertThat(filled.next()).isEqualTo(Use.RECORD);
    }

    private static Exit killedBy(int signal) {
        return new Exit(new WaitStatus.Signaled(signal, false), Exit.Cause.SIGNAL, false);
    }
}
