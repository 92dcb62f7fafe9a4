package dev.prefork.os;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatagramsTest {
    private final Posix posix = Posix.system();
    private final Endpoint.Unix address = new Endpoint.Unix("@prefork-datagrams/" + posix.getpid());
    private int receiver;
    private int sender;

    @BeforeEach
    void open() {
        receiver = posix.datagramSocket();
        posix.setOption(receiver, SocketOption.PASS_CREDENTIALS, 1);
        posix.bind(receiver, address);
        sender = posix.datagramSocket();
    }

    @AfterEach
    void close() {
        posix.close(receiver);
        posix.close(sender);
    }

    @Test
    void aDatagramCarriesThePayloadAndTheSendersIds() {
        send("READY=1");
        Datagram datagram = posix.receiveDatagram(receiver).orElseThrow();
        assertThat(new String(datagram.payload(), StandardCharsets.UTF_8)).isEqualTo("READY=1");
        assertThat(datagram.pid()).isEqualTo(posix.getpid());
        assertThat(datagram.uid()).isEqualTo(ownId("-u"));
        assertThat(datagram.gid()).isEqualTo(ownId("-g"));
    }

    @Test
    void anEmptyDatagramIsADatagramAndNotTheEnd() {
        send("");
        assertThat(posix.receiveDatagram(receiver)).hasValueSatisfying(datagram -> {
            assertThat(datagram.payload()).isEmpty();
            assertThat(datagram.pid()).isEqualTo(posix.getpid());
        });
    }

    @Test
    void manyDatagramsDoNotMakeTheProcessGrow() throws IOException {
        send("WATCHDOG=1");
        receiveText();
        long before = residentKibibytes();
        for (int i = 0; i < 90_000; i++) {
            send("WATCHDOG=1");
            receiveText();
        }
        // A buffer for each would be 700 MB; the rest is for what other threads of this JVM do meanwhile.
        assertThat(residentKibibytes() - before).isLessThan(350_000);
    }

    @Test
    void datagramsArriveOneByOneInOrder() {
        send("first");
        send("second");
        assertThat(receiveText()).contains("first");
        assertThat(receiveText()).contains("second");
    }

    @Test
    void aDatagramLongerThanTheBufferIsCut() {
        send("x".repeat(DatagramReader.LONGEST + 1));
        assertThat(receiveText()).contains("x".repeat(DatagramReader.LONGEST));
    }

    @Test
    void shutdownWakesABlockedReceiveAndItIsEmpty() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<Optional<Datagram>> received = CompletableFuture.supplyAsync(() -> {
            reader.complete(Thread.currentThread());
            return posix.receiveDatagram(receiver);
        });
        Thread thread = reader.get(60, TimeUnit.SECONDS);
        await().until(() -> inSystemCall(thread));

        posix.shutdownRead(receiver);

        assertThat(received.get(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void whatIsQueuedIsStillReadAfterShutdown() {
        send("last words");
        posix.shutdownRead(receiver);
        assertThat(receiveText()).contains("last words");
        assertThat(posix.receiveDatagram(receiver)).isEmpty();
        assertThat(posix.receiveDatagram(receiver)).isEmpty();
    }

    @Test
    void aNonBlockingReceiverIsToldThatThereIsNothing() {
        posix.setNonBlocking(receiver, true);
        assertThatThrownBy(() -> posix.receiveDatagram(receiver)).hasMessageContaining("(EAGAIN)");
        send("READY=1");
        assertThat(receiveText()).contains("READY=1");
    }

    @Test
    void whatIsSentOnAConnectedSocketArrivesUntilTheBufferIsFull() {
        int[] pair = posix.socketPair();
        posix.send(pair[0], new byte[] {4, 7});
        byte[] arrived = new byte[3];
        assertThat(posix.read(pair[1], arrived)).isEqualTo(2);
        assertThat(arrived).containsExactly(4, 7, 0);
        assertThatThrownBy(() -> {
                    while (true) {
                        posix.send(pair[0], new byte[10_000]);
                    }
                })
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
        posix.close(pair[1]);
        assertThatThrownBy(() -> posix.send(pair[0], new byte[1])).hasMessageContaining("(EPIPE)");
        posix.close(pair[0]);
    }

    @Test
    void sendingToNobodyIsEconnrefused() {
        Endpoint.Unix nobody = new Endpoint.Unix("@prefork-nobody/" + posix.getpid());
        assertThatThrownBy(() -> posix.sendDatagram(sender, new byte[1], nobody))
                .isInstanceOfSatisfying(ErrnoException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED);
                    assertThat(e).hasMessageContaining("1 bytes, unix://@prefork-nobody/");
                });
    }

    @Test
    void credentialsAreTheRealSendersNotTheReceivers() {
        String python = python();
        String script = "import os, socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
                + "s.sendto(b'pid %d' % os.getpid(), '\\0' + os.environ['ADDRESS'][1:])";
        try (TestChild child = TestChild.start(List.of(python, "-c", script), Map.of("ADDRESS", address.path()))) {
            Datagram datagram = posix.receiveDatagram(receiver).orElseThrow();
            assertThat(new String(datagram.payload(), StandardCharsets.UTF_8)).isEqualTo("pid " + datagram.pid());
            assertThat(datagram.pid()).isEqualTo(child.pid());
        }
    }

    @Test
    void descriptorsASenderAttachesAreNotTakenIn() {
        String python = python();
        String script = "import os, socket, array; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
                + "r, w = os.pipe(); "
                + "s.sendmsg([b'gift'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [r, w] * 50))], 0, "
                + "'\\0' + os.environ['ADDRESS'][1:])";
        try (TestChild child = TestChild.start(List.of(python, "-c", script), Map.of("ADDRESS", address.path()))) {
            Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
            Datagram datagram = posix.receiveDatagram(receiver).orElseThrow();
            assertThat(new String(datagram.payload(), StandardCharsets.UTF_8)).isEqualTo("gift");
            assertThat(datagram.pid()).isEqualTo(child.pid());
            assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
        }
    }

    private void send(String text) {
        posix.sendDatagram(sender, text.getBytes(StandardCharsets.UTF_8), address);
    }

    private static long residentKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .sum();
    }

    private Optional<String> receiveText() {
        return posix.receiveDatagram(receiver).map(d -> new String(d.payload(), StandardCharsets.UTF_8));
    }

    /** A thread that waits in native code counts as running for Java; its stack says where it is. */
    private static boolean inSystemCall(Thread thread) {
        return List.of(thread.getStackTrace()).toString().contains("recvmsg");
    }

    private static int ownId(String option) {
        try (TestChild id = TestChild.sh("id " + option)) {
            return Integer.parseInt(id.readLine());
        }
    }

    private static String python() {
        Optional<String> python = TestChild.python();
        assumeTrue(python.isPresent(), "this machine has no python3");
        return python.get();
    }
}
