package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.LeakCheck;
import dev.prefork.it.Proc;
import dev.prefork.os.Datagram;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop when a system call does what it rarely does. */
class MasterFaultsTest {
    private final LeakCheck leaks = new LeakCheck();
    private final MasterBench.Setup setup = new MasterBench.Setup();

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    @Test
    void aSenderWithoutAPidInThisNamespaceIsNoWorkers() throws Exception {
        setup.workers = 1;
        setup.readiness = Readiness.notification();
        // What the kernel says of such a sender; see SCM_CREDENTIALS in unix(7).
        setup.posix = PosixWith.call("receiveDatagram", (arguments, real) -> ((Optional<?>) real.call())
                .map(Datagram.class::cast)
                .map(datagram -> new Datagram(datagram.payload(), 0, 65534, 65534)));
        try (MasterBench bench = setup.start()) {
            String address = await().until(
                            () -> Proc.environment(bench.pid(0)).getOrDefault("NOTIFY_SOCKET", ""),
                            name -> !name.isEmpty());
            int sender = bench.posix.datagramSocket();
            bench.posix.sendDatagram(sender, "READY=1".getBytes(StandardCharsets.US_ASCII), new Endpoint.Unix(address));
            bench.posix.close(sender);
            await().until(() -> bench.master.notificationsDropped() == 1);
            bench.master.stop("enough");

            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
            assertThat(bench.log)
                    .anyMatch(line -> line.endsWith("its sender is in another pid namespace"))
                    .noneMatch(line -> line.contains("ready"));
        }
    }

    @Test
    void aWorkerThatMayNotBeSignalledIsSaidAndTheOthersStopInOrder() throws Exception {
        AtomicBoolean refused = new AtomicBoolean();
        setup.grace = Duration.ofMillis(300);
        // A worker that has changed its user, and a master without CAP_KILL; see kill(2).
        setup.posix = PosixWith.call("killGroup", (arguments, real) -> {
            if (arguments.get(1) == Signal.TERM && refused.compareAndSet(false, true)) {
                throw new ErrnoException("kill", Errno.EPERM, arguments.toArray());
            }
            return real.call();
        });
        try (MasterBench bench = setup.start()) {
            await().until(() -> bench.master.snapshot().ready() == 2);
            int first = bench.pid(0);
            bench.master.stop("enough");

            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
            assertThat(bench.log)
                    .contains("ERROR pid " + first + " cannot be sent SIGTERM: Operation not permitted; give the master"
                            + " the capability KILL, or run it as the worker's user")
                    .anyMatch(line -> line.matches("INFO worker 1 .* stopped after .* \\(SIGTERM\\)"));
        }
    }

    @Test
    void aSmallLimitOfOpenFilesDoesNotKeepTheLifelineFromBeingHandedOver() throws Exception {
        setup.posix = PosixWith.call("duplicateAbove", (arguments, real) -> {
            if ((int) arguments.get(1) > 100) {
                throw new ErrnoException("fcntl", Errno.EINVAL, arguments.toArray());
            }
            return real.call();
        });
        try (MasterBench bench = setup.start()) {
            await().until(() -> bench.master.snapshot().ready() == 2);
        }
    }

    @Test
    void aLoopThatBreaksEndsEveryWorkerThoughOneIsGoneAlready() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        Posix reaping = PosixWith.call("reapWaiting", (arguments, real) -> {
            Object status = real.call();
            if (first.getAndSet(false)) {
                throw new ErrnoException("waitpid", Errno.ECHILD, arguments.toArray());
            }
            return status;
        });
        // Breaks the orderly stop too.
        setup.posix = PosixWith.around(reaping, "hasEnded", (arguments, real) -> {
            throw new StackOverflowError("each time");
        });
        try (MasterBench bench = setup.start()) {
            await().until(() -> bench.master.snapshot().ready() == 2);
            bench.posix.kill(bench.pid(0), Signal.KILL);

            assertThatThrownBy(bench.outcome::get).hasRootCauseInstanceOf(StackOverflowError.class);
            assertThat(bench.master.answers(Duration.ofHours(1))).isFalse();
            assertThat(bench.log).noneMatch(line -> line.contains("may still run"));
        }
    }
}
