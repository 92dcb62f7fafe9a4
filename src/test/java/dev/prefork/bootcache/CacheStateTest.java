package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.bootcache.CacheState.Use;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CacheStateTest {
    private static final Archive ARCHIVE = new Archive(Path.of("/c/a.jsa"), 40, true);

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
        assertThat(empty.exited(10, false)).isEmpty();

        assertThat(empty.next()).isEqualTo(Use.RECORD);
    }

    @Test
    void noMoreThanThreeAreAsked() {
        for (int pid = 1; pid <= CacheState.MOST_TRAINERS; pid++) {
            assertThat(empty.next()).isEqualTo(Use.RECORD);
            empty.started(pid, Use.RECORD);
            empty.exited(pid, false);
        }
        assertThat(empty.next()).isEqualTo(Use.PLAIN);
    }

    @Test
    void anExitBeforeReadyEndsTheUseOfTheArchive() {
        filled.started(10, Use.ARCHIVE);

        assertThat(filled.exited(10, false)).contains(ARCHIVE);
        assertThat(filled.next()).isEqualTo(Use.PLAIN);
        assertThat(filled.isOff()).isTrue();
    }

    @Test
    void isNotBlamedTwice() {
        filled.started(10, Use.ARCHIVE);
        filled.started(11, Use.ARCHIVE);

        assertThat(filled.exited(10, false)).isPresent();
        assertThat(filled.exited(11, false)).isEmpty();
    }

    @Test
    void isNotBlamedForAStopNorForAnExitAfterReady() {
        filled.started(10, Use.ARCHIVE);
        assertThat(filled.exited(10, true)).isEmpty();

        filled.started(11, Use.ARCHIVE);
        filled.ready(11);
        assertThat(filled.exited(11, false)).isEmpty();
        assertThat(filled.next()).isEqualTo(Use.ARCHIVE);
    }

    @Test
    void isNotBlamedForAWorkerThatDidNotUseIt() {
        filled.started(10, Use.PLAIN);
        assertThat(filled.exited(10, false)).isEmpty();
        assertThat(filled.exited(99, false)).isEmpty();
    }

    @Test
    void anArchiveThatWasMadeAfterwardsIsNotUsedEither() {
        filled.drop();
        filled.made(ARCHIVE);
        assertThat(filled.next()).isEqualTo(Use.PLAIN);
    }

    @Test
    void oneThatAnotherRemovedIsMadeAgain() {
        filled.vanished();
        assertThat(filled.next()).isEqualTo(Use.RECORD);
    }
}
