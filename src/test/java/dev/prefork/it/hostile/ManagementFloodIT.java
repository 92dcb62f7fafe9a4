package dev.prefork.it.hostile;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Alone;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One master with the memory of a small pod, whose management port is attacked in one way after the other. */
@Alone
class ManagementFloodIT {
    private static final long LIMIT = 256L << 20;
    private static final Duration ATTACK = Duration.ofSeconds(4);

    /** On a machine of two cores that runs the attack, the tests and other builds besides; alone it is 100 ms. */
    private static final Duration FEW_SECONDS = Duration.ofSeconds(20);

    /** The threads for blocking work, of which each has been used by the end, and the event loops. */
    private static final int MORE_THREADS = 24;

    /** The heap, which may grow to a quarter of the limit once; unread answers without a bound took half as much again. */
    private static final long MORE_MEMORY = 64L << 20;

    @RegisterExtension
    static final Processes PROCESSES = Processes.ofClass();

    private static MemoryCgroup cgroup;
    private static StartedMaster master;
    private static InetSocketAddress management;
    private static Figures before;

    /** What an attack must not take for good; without the pages of files, such as of a class-data archive. */
    private record Figures(long threads, long residentBytes, int descriptors) {
        static Figures now() throws IOException {
            long pid = master.process().pid();
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
            return new Figures(
                    number(status, "Threads"),
                    number(status, "RssAnon") << 10,
                    Proc.fds(pid).size());
        }

        private static long number(String status, String name) {
            Matcher line = Pattern.compile("^" + name + ":\\s+(\\d+)", Pattern.MULTILINE)
                    .matcher(status);
            assertThat(line.find()).as(status).isTrue();
            return Long.parseLong(line.group(1));
        }
    }

    @BeforeAll
    static void start() throws IOException {
        cgroup = MemoryCgroup.limitedTo(LIMIT);
        master = StartedMaster.of(PROCESSES
                        .prefork(
                                Jdks.running(),
                                arguments(
                                        "--workers 1 --ready notify --listen 127.0.0.1:0",
                                        Scripts.python("pod/obedient.py")))
                        .inside(cgroup)
                        .start())
                .awaitReady();
        management = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), master.management());
        assertThat(Http.get(master.management(), "/q/metrics").status()).isEqualTo(200);
        before = Figures.now();
    }

    @ParameterizedTest
    @EnumSource
    void theMasterLivesOnAndGivesBackWhatTheAttackTook(Attacks attack) throws IOException {
        try (HonestProbe probe = HonestProbe.start(master.management())) {
            attack.run(management, ATTACK);
            assertThat(master.get("/")).as("a worker is served").isNotEmpty();
            probe.close();

            String seen = attack + ": " + probe;
            System.out.println(seen);
            assertThat(probe.mostFailuresInARow()).as(seen).isLessThan(3);
            assertThat(probe.slowest()).as(seen).isLessThan(FEW_SECONDS);
            assertThat(probe.answers()).as(seen).isPositive();
        }
        await().untilAsserted(() ->
                assertThat(Http.get(master.management(), "/q/metrics").status()).isEqualTo(200));
        await().untilAsserted(() -> {
            Figures now = Figures.now();
            assertThat(now.threads()).as("%s", now).isLessThanOrEqualTo(before.threads() + MORE_THREADS);
            assertThat(now.residentBytes()).as("%s", now).isLessThan(before.residentBytes() + MORE_MEMORY);
            assertThat(now.descriptors()).as("%s", now).isLessThan(before.descriptors() + 10);
        });
    }

    @AfterAll
    static void stop() {
        try {
            master.stop();
            assertThat(cgroup.oomKills()).isZero();
            assertThat(master.process().output().stream()
                            .filter(line -> line.text().contains("refused a request")))
                    .as(master.process()::dump)
                    // One a minute; the attacks and the waits after them take less than five.
                    .hasSizeBetween(1, 5);
            assertThat(master.process().output())
                    .as(master.process()::dump)
                    .noneMatch(
                            line -> line.text().contains("\tat ") || line.text().contains("Exception"));
        } finally {
            cgroup.close();
        }
    }
}
