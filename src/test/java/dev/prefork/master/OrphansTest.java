package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Posix;
import dev.prefork.os.TestChild;
import dev.prefork.supervise.Adopted;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which children count as left behind by workers: this JVM has some of its own making. */
class OrphansTest {
    private static final Path PROC = Path.of("/proc");
    private static final List<String> SLEEP = List.of("/bin/sleep", "600");

    private final int self = Posix.system().getpid();
    private final Set<Integer> own = new HashSet<>();

    @Test
    void childrenThatCameLaterAreThoseOfWorkersUnlessTheyAreOurOwn() {
        // Whatever this JVM has started before is its own here.
        Orphans all = new Orphans(PROC, self, pid -> false);
        all.living().forEach(process -> own.add(process.pid()));
        Orphans orphans = new Orphans(PROC, self, own::contains);
        try (TestChild left = TestChild.start(SLEEP, Map.of());
                TestChild guardian = TestChild.start(SLEEP, Map.of())) {
            own.add(guardian.pid());
            assertThat(orphans.living()).contains(new Adopted(left.pid(), "sleep"));
            assertThat(orphans.living()).extracting(Adopted::pid).doesNotContain(guardian.pid());
        }
    }

    @Test
    void besideChildrenThatWereThereBeforeOnlyThoseCountThatSayThatAWorkerWasTheirAncestor() {
        try (TestChild before = TestChild.start(SLEEP, Map.of("PREFORK_MASTER_PID", Integer.toString(self)))) {
            Orphans orphans = new Orphans(PROC, self, own::contains);
            try (TestChild marked = TestChild.start(SLEEP, Map.of("PREFORK_MASTER_PID", Integer.toString(self)));
                    TestChild another = TestChild.start(SLEEP, Map.of("PREFORK_MASTER_PID", "1"));
                    TestChild plain = TestChild.start(SLEEP, Map.of())) {
                assertThat(orphans.living())
                        .extracting(Adopted::pid)
                        .contains(marked.pid())
                        .doesNotContain(before.pid(), another.pid(), plain.pid());
            }
        }
    }
}
