package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a worker tells itself from its siblings and its predecessors, and its telemetry does. */
class IdentityIT {
    private static final String OTEL = "OTEL_RESOURCE_ATTRIBUTES";

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void eachProcessOfASlotHasTheNextGenerationAndAnInstanceOfItsOwn() {
        StartedMaster master = StartedMaster.of(processes
                .prefork(
                        Jdks.running(),
                        arguments(
                                "--workers 2 --recover-threshold 9 --dialect server-starter --listen 127.0.0.1:0",
                                List.of("sleep", "600")))
                .env("HOSTNAME", "shop-x2x8v")
                .env("PREFORK_GENERATION", "78")
                .env("SERVER_STARTER_GENERATION", "79")
                .env(OTEL, "service.name=shop")
                .start());

        assertIdentity(master, 0, 1);
        assertIdentity(master, 1, 1);
        for (int generation = 2; generation <= 3; generation++) {
            long before = master.workerPid(1);
            Proc.signal(before, "KILL");
            Waits.await().until(() -> master.workerPid(1) != before);
            assertIdentity(master, 1, generation);
        }
        assertIdentity(master, 0, 1);
        assertThat(master.process().output()).noneMatch(line -> line.text().contains("unknown variable"));
    }

    private static void assertIdentity(StartedMaster master, int slot, int generation) {
        WorkerView worker = new WorkerView(master.workerPid(slot));
        Waits.await().ignoreExceptions().until(() -> worker.arguments().get(0).endsWith("sleep"));
        assertThat(worker.environment("PREFORK_SLOT")).containsExactly("" + slot);
        assertThat(worker.environment("PREFORK_GENERATION")).containsExactly("" + generation);
        assertThat(worker.environment("SERVER_STARTER_GENERATION")).containsExactly("" + generation);
        assertThat(worker.environment(OTEL))
                .containsExactly("service.name=shop,service.instance.id=shop-x2x8v." + slot + "." + generation);
    }
}
