package dev.prefork.it.hostile;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A worker that uses up the pod's pids, so that the JVM can start no thread, not even one for a signal. */
class ForkBombIT {
    private static final String OPTIONS =
            "--workers 2 --ready delay=0s --listen 127.0.0.1:0 --recover-threshold 100 --recover-interval 100ms";

    /** More requests at a time than Quarkus has threads at the start. */
    private static final int REQUESTS = 40;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void theMasterGoesOnWithoutNewThreadsAndStopsInOrder(Jdk jdk) throws IOException {
        Path trigger = directory.resolve("trigger");
        try (PidsCgroup cgroup = PidsCgroup.create()) {
            StartedMaster master = StartedMaster.of(processes
                            .prefork(
                                    jdk, arguments(OPTIONS, Scripts.python("hostile/fork_bomb.py", trigger.toString())))
                            .start())
                    .awaitReady();
            for (long pid : master.process().family()) {
                cgroup.add(pid);
            }
            cgroup.leaveRoomFor(300);
            Files.createFile(trigger);
            Awaitility.await().atMost(SOON).until(cgroup::isFull);

            for (int i = 0; i < REQUESTS; i++) {
                Http.get(master.management(), i % 2 == 0 ? "/q/metrics" : "/q/health/live");
            }
            // Its SIGCHLD may be lost; and nothing can be started in its place.
            Proc.signal(master.workerPid(1), "KILL");
            Awaitility.await().atMost(SOON).until(() -> {
                master.probe("live");
                return master.process().stdout().contains("worker 1 could not be started: ");
            });
            Files.delete(trigger);

            master.awaitReady();
            Awaitility.await().atMost(SOON).until(() -> Http.get(master.management(), "/q/health/well")
                    .body()
                    .contains("\"workers-ready\": 2"));
            assertThat(master.probe("live").status()).isEqualTo(200);
            assertThat(master.process().output()).as(master.process()::dump).noneMatch(line -> line.text()
                    .contains("internal error"));
            master.stop();
        }
    }
}
