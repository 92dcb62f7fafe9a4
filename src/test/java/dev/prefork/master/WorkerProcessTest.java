package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.handoff.Handoff;
import dev.prefork.handoff.WorkerEnvironment;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a worker is started with, without starting one. */
class WorkerProcessTest {

    @Test
    void inheritedValuesOfAWorkersNamesAreReplacedAndNeverDoubled() {
        Map<String, String> inherited = Map.of(
                "PATH", "/bin",
                "LISTEN_FDS", "7",
                "LISTEN_PID", "1",
                "LISTEN_FDNAMES", "junk",
                "NOTIFY_SOCKET", "/run/systemd/notify",
                "PREFORK_CHILD", "0",
                "PREFORK_SLOT", "99",
                "WATCHDOG_USEC", "1000",
                "EINHORN_FD_0", "5",
                "PREFORK_WORKERS", "4");

        List<String> environment =
                WorkerEnvironment.of(inherited, Map.of("LISTEN_FDS", "1", "PREFORK_CHILD", "1", "PREFORK_SLOT", "0"));

        assertThat(environment)
                .containsExactlyInAnyOrder(
                        "PATH=/bin", "PREFORK_WORKERS=4", "LISTEN_FDS=1", "PREFORK_CHILD=1", "PREFORK_SLOT=0");
    }

    @Test
    void anOrderFromAboveReachesNoWorker() {
        Map<String, String> inherited = Map.of(
                "PATH", "/bin", "PREFORK_EXEC_FILE", "/bin/other", "PREFORK_EXEC_0", "other", "PREFORK_EXEC_NEW", "");

        assertThat(WorkerEnvironment.of(inherited, Map.of("PREFORK_CHILD", "1")))
                .containsExactly("PATH=/bin", "PREFORK_CHILD=1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spawn | EAGAIN | (/bin/sleep): no process more is allowed; raise the limit of pids",
                "spawn | EMFILE | (/bin/sleep): no descriptor is left; raise the limit of open files",
                "datagramSocket | EMFILE | Too many open files: no descriptor is left; raise the limit of open files",
                "spawn | ENOEXEC | (/bin/sleep)"
            })
    void theLimitThatKeepsAWorkerFromStartingIsNamed(String call, Errno errno, String said) {
        Posix refusing = PosixWith.call(call, (arguments, real) -> {
            throw new ErrnoException(call, errno);
        });
        try (NotifySockets notifySockets = NotifySockets.open(refusing);
                WorkerProcess process = new WorkerProcess(
                        refusing,
                        new Program("/bin/sleep", List.of("sleep", "600")),
                        new Handoff(List.of(), Set.of()),
                        Map.of(),
                        notifySockets)) {
            assertThatThrownBy(() -> process.launch(0, 0))
                    .isInstanceOf(LaunchFailedException.class)
                    .hasMessageContaining(said);
        }
    }

    @Test
    void aWorkersSlotIsFilledInWhereverItsArgumentsNameIt() {
        Program program =
                new Program("/bin/{slot}", List.of("server", "--port", "910{slot}", "{slot}-{slot}", "{pid}"));

        assertThat(program.inSlot(12))
                .isEqualTo(new Program("/bin/{slot}", List.of("server", "--port", "91012", "12-12", "{pid}")));
    }

    @Test
    void thisProgramIsKnownToTheKernel() {
        Program self = Program.self();

        assertThat(self.executable()).endsWith("/java").startsWith("/");
        assertThat(self.arguments()).hasSizeGreaterThan(1);
        assertThat(self.withOptions(List.of("-Xmx64m", "-Xss1m")).arguments())
                .startsWith(self.arguments().get(0), "-Xmx64m", "-Xss1m")
                .hasSize(self.arguments().size() + 2);
    }
}
