package dev.prefork.it.command;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers of a command are replaced because they ask for it, or hold too much memory. */
class CommandRecyclingIT {
    /** Three samples, ten seconds apart, and what comes after. */
    private static final Duration SAMPLES = Duration.ofSeconds(120);

    private static final String STOPPED = "worker \\d \\(pid \\d+\\) stopped after ";

    @RegisterExtension
    final Processes processes = new Processes();

    /** With a threshold of 0 any exit that counted would end the master. */
    private StartedMaster start(String options) {
        StartedMaster master = StartedMaster.of(processes
                .prefork(
                        Jdks.running(),
                        arguments(
                                "--listen 127.0.0.1:0 --recover-threshold 0 " + options,
                                Scripts.python("command/recycling.py")))
                .start());
        master.process().awaitLine("all workers ready", SOON);
        return master;
    }

    private static List<OutputLine> lines(StartedMaster master, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return master.process().output().stream()
                .filter(line -> pattern.matcher(line.text()).find())
                .toList();
    }

    private static void assertPlanned(StartedMaster master, int exits) throws IOException {
        assertThat(master.metrics())
                .contains(
                        "prefork_worker_starts_total{reason=\"recycle\"} " + exits,
                        "prefork_worker_starts_total{reason=\"recover\"} 0",
                        "prefork_worker_exits_total{cause=\"exit\",planned=\"true\"} " + exits,
                        "prefork_worker_exits_total{cause=\"exit\",planned=\"false\"} 0",
                        "prefork_recover_exits 0");
    }

    @Test
    void allThatAskAtOnceAreReplacedOneAfterTheOtherAndNoRequestIsLost() throws Exception {
        StartedMaster master = start("--workers 3");
        try (OneRequestLoad load = new OneRequestLoad(2, () -> master.get("/"))) {
            load.awaitAnswers(50);
            await("all have asked").atMost(SOON).until(() -> {
                master.get("/ask");
                return lines(master, "is to be replaced: it asked for that \\(PREFORK_RECYCLE=1\\)")
                                .size()
                        >= 3;
            });
            int asked = lines(master, "is to be replaced").size();
            await("all are replaced").atMost(SOON).until(() -> {
                assertThat(master.process().children()).hasSizeLessThanOrEqualTo(4);
                return lines(master, STOPPED).size() == asked;
            });
            assertThat(load.stop()).isEmpty();
            assertPlanned(master, asked);
        }
        master.stop();
    }

    @Test
    void aCommandFindsTheNumberOfRequestsAndCountsItself() throws Exception {
        StartedMaster master = start("--workers 1 --max-requests 20");
        assertThat(lines(master, "--max-requests 20: Prefork cannot count the requests of this command"))
                .hasSize(1);
        for (int i = 0; i < 20; i++) {
            assertThat(master.get("/")).endsWith(" 1");
        }

        await("a successor").atMost(SOON).until(() -> master.get("/").endsWith(" 2"));
        await("the end of the first")
                .atMost(SOON)
                .until(() -> lines(master, STOPPED).size() == 1);
        assertPlanned(master, 1);
        master.stop();
    }

    @Test
    void oneThatHoldsTooMuchMemoryForSomeTimeIsReplacedAndOthersAreNot() throws Exception {
        StartedMaster master = start("--workers 2 --max-memory 100Mi");
        String first = master.get("/grow/150");

        OutputLine line = master.process()
                .awaitLine(
                        "worker \\d \\(pid \\d+\\) is to be replaced: it holds 1\\d\\d(\\.\\d)? MiB of memory, more than"
                                + " 100 MiB, in 3 samples in a row",
                        SAMPLES);
        assertThat(line.text()).contains("(pid " + first.split(" ")[1] + ")");
        await("the end of the first")
                .atMost(SOON)
                .until(() -> lines(master, STOPPED).size() == 1);
        assertThat(lines(master, "is to be replaced")).hasSize(1);
        assertPlanned(master, 1);
        master.stop();
    }
}
