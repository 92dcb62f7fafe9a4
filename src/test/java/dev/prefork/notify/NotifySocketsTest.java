package dev.prefork.notify;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.it.Proc;
import dev.prefork.notify.Notification.Sign;
import dev.prefork.os.Endpoint;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.TestChild;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many sockets and one reader, and a sender that does not stop. */
class NotifySocketsTest {
    private final Posix posix = Posix.system();
    private final Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
    private final NotifySockets sockets = NotifySockets.open(posix);
    private final List<NotifySockets.Received> received = new ArrayList<>();
    private volatile boolean over;

    @AfterEach
    void nothingIsLeftOpen() {
        over = true;
        sockets.close();
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void aFloodIsMergedAndLosesNeitherReadyNorTheLastStatus() throws Exception {
        NotifySocket flooded = sockets.openFor(0);
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            int sent = flood(flooded, () -> sockets.merged() == 0);
            send(flooded, "READY=1");
            send(flooded, "STATUS=after " + sent);
        });
        receiveUntil(each -> each.notification().status().orElse("").startsWith("after"));

        flood.get();
        assertThat(received).anyMatch(each -> each.notification().says(Sign.READY));
        assertThat(sockets.merged()).isPositive();
    }

    @Test
    void aReaderThatRestsIsWokenByTheClosing() throws InterruptedException {
        NotifySockets restful = new NotifySockets(posix, Duration.ofDays(1), Duration.ofDays(1));
        restful.openFor(0);
        Thread reader = new Thread(restful::receive);
        reader.start();
        await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
        restful.close();

        reader.join();
        assertThat(restful.receive()).isEmpty();
    }

    @Test
    void aFloodedSocketIsLeftAloneForAMomentWhileAllOthersAreRead() {
        NotifySocket flooded = sockets.openFor(0);
        NotifySocket other = sockets.openFor(1);
        CompletableFuture.runAsync(() -> {
            flood(flooded, () -> !over);
            send(other, "STOPPING=1");
        });
        long then = System.nanoTime();
        while (sockets.merged() == 0) {
            then = System.nanoTime();
            sockets.receive();
        }

        assertThat(flooded.pauseLeft(then)).isBetween(100_000_000L, 60_000_000_000L);
        for (int i = 0; i < 20; i++) {
            Optional<String> status = Optional.of("number " + i);
            send(other, "STATUS=" + status.get());
            receiveUntil(each ->
                    each.socket() == other && each.notification().status().equals(status));
        }
        over = true;
        receiveUntil(each -> each.notification().says(Sign.STOPPING));
    }

    @Test
    void aSocketThatIsOpenedWhileTheReaderWaitsIsHeard() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<NotifySocket> heard = CompletableFuture.supplyAsync(() -> {
            reader.complete(Thread.currentThread());
            receiveUntil(each -> true);
            return received.get(0).socket();
        });
        Thread thread = reader.get();
        await().until(() -> List.of(thread.getStackTrace()).toString().contains("poll"));
        NotifySocket late = sockets.openFor(3);
        send(late, "READY=1");

        assertThat(heard.get()).isSameAs(late);
        assertThat(late.slot()).isEqualTo(3);
    }

    @Test
    void socketsOfWorkersThatAreGoneAreClosedByTheReaderAndAllOthersKept() {
        NotifySocket gone = sockets.openFor(0);
        NotifySocket kept = sockets.openFor(1);
        NotifySocket neverStarted = sockets.openFor(2);
        gone.startedAs(100);
        kept.startedAs(200);
        send(gone, "READY=1");
        sockets.giveUp(100);
        send(kept, "READY=1");

        receiveUntil(each -> true);

        assertThat(received).extracting(NotifySockets.Received::socket).containsExactly(kept);
        for (NotifySocket closed : List.of(gone, neverStarted)) {
            assertThatThrownBy(() -> send(closed, "READY=1")).hasMessageContaining("(ECONNREFUSED)");
        }
    }

    @Test
    void moreSocketsThanWakesTheBufferHoldsAreOpenedWithoutAReader() {
        for (int i = 0; i < 500; i++) {
            sockets.openFor(i);
        }
        sockets.giveUpUnused();
        assertThat(sockets.receive()).hasValue(List.of());
    }

    @Test
    void aSenderIsKnownByItsGroupByItsAncestorsOrNotAtAll() {
        try (TestChild worker = TestChild.sh("setsid sh -c 'echo $$; exec sleep 60' & echo $!; wait")) {
            int child = Integer.parseInt(worker.readLine());
            int apart = Integer.parseInt(worker.readLine());
            assertThat(Sender.lookUp(posix, worker.pid(), worker.pid()).family())
                    .containsOnly(worker.pid());
            assertThat(Sender.lookUp(posix, apart, worker.pid()).worker(pid -> pid == worker.pid()))
                    .hasValue(worker.pid());
            assertThat(Sender.lookUp(posix, apart, worker.pid()).worker(pid -> pid == 1))
                    .as("above the master nothing is looked at")
                    .isEmpty();
            posix.kill(apart, Signal.KILL);
            posix.kill(child, Signal.KILL);
        }
        TestChild ended = TestChild.sh("exit 0");
        ended.awaitEnd();
        ended.close();
        assertThat(Sender.lookUp(posix, ended.pid(), 1).isGone()).isTrue();
        assertThat(Sender.lookUp(posix, ended.pid(), 1).isOutside()).isFalse();
        assertThat(Sender.lookUp(posix, 0, 1).isGone()).isFalse();
        assertThat(Sender.lookUp(posix, 0, 1).isOutside()).isTrue();
        assertThat(Sender.lookUp(posix, posix.getpid(), 1).isGone()).isFalse();
    }

    /** Its parent gone, the session is all that tells; without it the message would be another worker's or no worker's. */
    @Test
    void anOrphanInAGroupOfItsOwnIsKnownByItsSession() {
        Optional<String> python = TestChild.python();
        assumeTrue(python.isPresent(), "this machine has no python3");
        String script = "import os, signal, sys\n"
                + "reading, writing = os.pipe()\n"
                + "if os.fork() == 0:\n"
                + "    if os.fork() == 0:\n"
                + "        os.setpgid(0, 0); os.write(writing, b'.%d' % os.getpid()); signal.pause()\n"
                + "    os._exit(0)\n"
                + "os.wait(); print(os.read(reading, 32).decode()[1:], flush=True); signal.pause()\n";
        try (TestChild worker = TestChild.start(List.of(python.get(), "-c", script), Map.of())) {
            int orphan = Integer.parseInt(worker.readLine());
            assertThat(Proc.parent(orphan)).isNotEqualTo(Optional.of((long) worker.pid()));
            for (int receiver : new int[] {worker.pid(), 1}) {
                assertThat(Sender.lookUp(posix, orphan, receiver).worker(pid -> pid == worker.pid()))
                        .hasValue(worker.pid());
            }
            posix.kill(orphan, Signal.KILL);
        }
    }

    private void receiveUntil(Predicate<NotifySockets.Received> seen) {
        int from = received.size();
        while (received.stream().skip(from).noneMatch(seen)) {
            received.addAll(sockets.receive().orElseThrow());
        }
    }

    private int flood(NotifySocket socket, BooleanSupplier goesOn) {
        int sent = 0;
        while (goesOn.getAsBoolean()) {
            send(socket, "STATUS=flood " + sent++);
        }
        return sent;
    }

    private void send(NotifySocket socket, String message) {
        int fd = posix.datagramSocket();
        try {
            posix.sendDatagram(fd, message.getBytes(StandardCharsets.UTF_8), new Endpoint.Unix(socket.address()));
        } finally {
            posix.close(fd);
        }
    }
}
