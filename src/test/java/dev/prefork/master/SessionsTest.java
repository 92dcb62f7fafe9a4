package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.it.Proc;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.TestChild;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker with one child in its group and one in another group of its session. */
class SessionsTest {
    private static final Path PROC = Path.of("/proc");

    /** The one that leaves the group says so itself, for its parent would have to win a race. */
    private static final String WORKER = "import os, signal, sys\n"
            + "def child(leaves):\n"
            + "    reading, writing = os.pipe()\n"
            + "    pid = os.fork()\n"
            + "    if pid == 0:\n"
            + "        if leaves: os.setpgid(0, 0)\n"
            + "        os.write(writing, b'.')\n"
            + "        while True: signal.pause()\n"
            + "    os.read(reading, 1)\n"
            + "    return pid\n"
            + "print(child(False), child(True), flush=True)\n"
            + "signal.pause()\n";

    private final Posix posix = Posix.system();
    private final List<Integer> adopted = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private boolean reaped;
    private int looks;
    private TestChild worker;
    private int member;
    private int job;

    @BeforeEach
    void start() {
        Optional<String> python = TestChild.python();
        assumeTrue(python.isPresent(), "this machine has no python3");
        worker = TestChild.start(List.of(python.get(), "-c", WORKER), Map.of());
        String[] pids = worker.readLine().split(" ");
        member = Integer.parseInt(pids[0]);
        job = Integer.parseInt(pids[1]);
    }

    @AfterEach
    void end() {
        if (worker != null) {
            posix.killIf(job, () -> Proc.session(job).equals(Optional.of((long) worker.pid())), Signal.KILL);
            worker.close();
        }
    }

    @Test
    void aProcessOutsideOfTheGroupIsFoundBelowTheWorkerAndIsKilledWithTheSession() {
        Sessions sessions = sessions(posix);
        assertThat(sessions.areLeft(worker.pid())).isTrue();

        assertThat(sessions.kill(worker.pid(), this::refuse)).isTrue();

        awaitEnd(worker.pid(), member, job);
        assertThat(refused).isEmpty();
    }

    @Test
    void onlyWhatIsOutsideOfTheGroupIsAsked() {
        sessions(posix).ask(worker.pid(), this::refuse);

        awaitEnd(job);
        assertThat(List.of(worker.pid(), member)).allMatch(Proc::isAlive);
    }

    @Test
    void afterTheWorkersEndItIsFoundAmongWhatWasAdoptedAndOtherSessionsAreLeftAlone() {
        endWorkerAlone();
        try (TestChild other = TestChild.start(List.of("/bin/sleep", "60"), Map.of())) {
            adopted.addAll(List.of(member, job, other.pid()));
            Sessions sessions = sessions(posix);
            assertThat(sessions.areLeft(worker.pid())).isTrue();

            sessions.kill(worker.pid(), this::refuse);

            awaitEnd(member, job);
            assertThat(sessions.areLeft(worker.pid())).isFalse();
            assertThat(Proc.isAlive(other.pid())).isTrue();
        }
    }

    @Test
    void whatALookMissedIsKilledByTheNextAndThenTheSessionIsForgotten() {
        endWorkerAlone();
        Sessions sessions = sessions(posix);
        assertThat(sessions.kill(worker.pid(), this::refuse))
                .as("found anything")
                .isFalse();
        adopted.add(job);
        sessions.killAgain();
        awaitEnd(job);
        adopted.add(member);
        sessions.killAgain();
        awaitEnd(member);

        sessions.killAgain();
        int before = looks;
        sessions.killAgain();
        assertThat(looks).isEqualTo(before);
    }

    @Test
    void theSessionOfAWorkerThatRunsIsNotKilledAgain() {
        AtomicBoolean sends = new AtomicBoolean();
        Sessions sessions =
                sessions(PosixWith.call("killIf", (arguments, real) -> !sends.get() || (boolean) real.call()));
        sessions.kill(worker.pid(), this::refuse);
        sends.set(true);

        sessions.killAgain();
        reaped = true;
        sessions.killAgain();

        assertThat(List.of(worker.pid(), member, job)).allMatch(Proc::isAlive);
    }

    @Test
    void oneThatMayNotBeSignalledIsToldAndKeepsNoOtherFromIt() {
        Posix refusing = PosixWith.call("killIf", (arguments, real) -> {
            if (arguments.get(0).equals(member)) {
                throw new ErrnoException("kill", Errno.EPERM, arguments.get(0));
            }
            return real.call();
        });
        Sessions sessions = sessions(refusing);

        assertThat(sessions.kill(worker.pid(), this::refuse)).isTrue();

        awaitEnd(worker.pid(), job);
        assertThat(refused).containsExactly(member + " KILL EPERM");
        assertThat(Proc.isAlive(member)).isTrue();
    }

    private void endWorkerAlone() {
        posix.kill(worker.pid(), Signal.KILL);
        worker.awaitEnd();
        reaped = true;
    }

    private Sessions sessions(Posix calls) {
        return new Sessions(calls, PROC, pid -> pid == worker.pid() && !reaped, () -> {
            looks++;
            return adopted;
        });
    }

    private void refuse(int pid, Signal signal, ErrnoException why) {
        refused.add(pid + " " + signal + " " + why.errno().name());
    }

    private static void awaitEnd(int... pids) {
        for (int pid : pids) {
            await().until(() -> !Proc.isAlive(pid));
        }
    }
}
