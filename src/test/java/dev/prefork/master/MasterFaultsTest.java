package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.LeakCheck;
import dev.prefork.os.Datagram;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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
    void aNotificationFromOutsideThePidNamespaceIsIgnored() throws Exception {
        AtomicBoolean sent = new AtomicBoolean();
        byte[] ready = "READY=1".getBytes(StandardCharsets.US_ASCII);
        // What the kernel says of a sender that has no pid here: another container of the pod, for instance.
        setup.posix = PosixWith.call(
                "receiveDatagram",
                (arguments, real) -> sent.compareAndSet(false, true)
                        ? Optional.of(new Datagram(ready, 0, 65534, 65534))
                        : real.call());
        try (MasterBench bench = setup.start()) {
            await().until(() -> bench.log.stream().anyMatch(line -> line.contains("a notification from pid 0")));
            bench.master.stop("enough");

            assertThat(bench.outcome.get()).isEqualTo(Outcome.STOPPED);
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
        setup.posix = PosixWith.call("reapWaiting", (arguments, real) -> {
            Object status = real.call();
            if (first.getAndSet(false)) {
                throw new ErrnoException("waitpid", Errno.ECHILD, arguments.toArray());
            }
            return status;
        });
        setup.listeners = List.of(report -> {
            if (report instanceof dev.prefork.supervise.Report.FirstGenerationStarted) {
                throw new StackOverflowError("not to be caught");
            }
        });
        try (MasterBench bench = setup.start()) {
            assertThatThrownBy(bench.outcome::get).hasRootCauseInstanceOf(StackOverflowError.class);
            assertThat(bench.master.answers(Duration.ofHours(1))).isFalse();
        }
    }
}
