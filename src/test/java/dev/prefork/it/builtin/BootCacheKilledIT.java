package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each of the three processes that make an archive together is killed while they do. */
class BootCacheKilledIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path place;

    /** It is standing still meanwhile, so that it is known which comes first. */
    @Test
    void theDeathOfTheWorkerLeavesTheArchiveToItsSuccessors() {
        CacheMaster master = start();
        long maker = master.maker();
        Proc.freeze(maker);
        assertThat(CacheMaster.options(master.replace()))
                .as("there is none yet")
                .noneMatch(option -> option.contains("SharedArchiveFile"));
        Proc.signal(maker, "CONT");

        Path archive = master.made();
        CacheMaster.awaitFiles(place, archive);
        assertThat(CacheMaster.options(master.replace())).containsExactly("-XX:SharedArchiveFile=" + archive);
        assertThat(master.lines("no boot cache")).isEmpty();
        master.stop();
        CacheMaster.awaitFiles(place, archive);
    }

    @Test
    void theDeathOfTheJdksProcessCostsTheArchiveUntilTheNextStart() throws IOException {
        CacheMaster master = start();
        Proc.signal(master.maker(), "KILL");
        master.master().process().awaitLine(CacheMaster.GIVEN_UP + "the JDK made none: SIGKILL", PATIENCE);
        CacheMaster.awaitFiles(place);
        master.assertPlain(master.replace());
        assertThat(master.lines("no boot cache")).hasSize(1);
        master.stop();

        CacheMaster next = start();
        assertRecords(next);
        next.stop();
    }

    /** As with its whole container, by the OOM killer; the next attempt would end in the same way. */
    @Test
    void afterTheDeathOfTheMasterNoneIsMadeUntilItsMarkIsRemoved() throws IOException {
        CacheMaster master = start();
        long maker = master.maker();
        Proc.freeze(maker);
        Path mark = mark();
        master.master().process().signal("KILL");
        master.master().process().awaitExit(PATIENCE);
        Proc.signal(maker, "KILL");
        await().until(() -> master.master().process().family().isEmpty());

        CacheMaster next = start();
        assertThat(next.lines("no boot cache"))
                .singleElement()
                .asString()
                .contains("the master that made one was killed meanwhile")
                .endsWith("remove " + mark);
        next.assertPlain(next.worker());
        next.stop();

        Files.delete(mark);
        CacheMaster last = start();
        assertRecords(last);
        last.stop();
    }

    private static void assertRecords(CacheMaster master) {
        assertThat(CacheMaster.options(master.worker()))
                .singleElement()
                .asString()
                .startsWith("-XX:DumpLoadedClassList=");
    }

    private Path mark() {
        List<Path> marks = CacheMaster.files(place).stream()
                .filter(file -> file.toString().endsWith(".busy"))
                .toList();
        assertThat(marks).hasSize(1);
        return marks.get(0);
    }

    private CacheMaster start() {
        return CacheMaster.of(RunningMaster.launch(processes, Jdks.running(), CacheMaster.options(place)));
    }
}
