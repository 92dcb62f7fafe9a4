package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.log.Entry;
import dev.prefork.notify.NotifySocket;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Datagram;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures of the kernel that pass, and one that does not. */
@Timeout(120)
class NotificationReaderTest {
    private final Posix posix = Posix.system();
    private final Inbox inbox = new Inbox();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @CsvSource({"awaitReadable,ENOMEM", "receiveDatagram,ENOBUFS"})
    void afterAFailureItIsSaidOnceAndMessagesAreStillHeard(String call, Errno errno) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Posix failing = PosixWith.call(call, (arguments, real) -> {
            if (calls.getAndIncrement() < 2) {
                throw new ErrnoException(call, errno);
            }
            return real.call();
        });
        try (NotifySockets sockets = NotifySockets.open(failing)) {
            send(sockets.openFor(0), "READY=1");
            try (NotificationReader reader = reader(sockets)) {
                assertThat(heard()).isEqualTo(0);
            }
        }
        assertThat(log)
                .singleElement()
                .asString()
                .startsWith("ERROR notifications of workers cannot be read, trying again: ")
                .contains(errno.name());
    }

    @Test
    void whatWasReadBeforeAFailureIsNotLost() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Posix failing = PosixWith.call("receiveDatagram", (arguments, real) -> {
            if (calls.getAndIncrement() == 1) {
                throw new ErrnoException("recvmsg", Errno.ENOMEM);
            }
            return real.call();
        });
        try (NotifySockets sockets = NotifySockets.open(failing)) {
            for (int slot = 0; slot < 2; slot++) {
                send(sockets.openFor(slot), "READY=1");
            }
            try (NotificationReader reader = reader(sockets)) {
                Set<Integer> heard = new HashSet<>(List.of(heard(), heard()));
                assertThat(heard).containsExactlyInAnyOrder(0, 1);
            }
        }
    }

    /** Each is looked up in /proc, which is the most expensive thing that a sender can cause. */
    @Test
    void ofMessagesFromEverNewProcessesOnlySomeAreReadAtATime() {
        AtomicInteger pid = new AtomicInteger(1_000_000_000);
        Posix flooded = PosixWith.call(
                "receiveDatagram",
                (arguments, real) -> Optional.of(new Datagram(new byte[0], pid.incrementAndGet(), 0, 0)));
        try (NotifySockets sockets = NotifySockets.open(flooded)) {
            List<NotifySocket> all = List.of(sockets.openFor(0), sockets.openFor(1));
            all.forEach(socket -> send(socket, "READY=1"));
            List<Integer> read = new ArrayList<>();
            Waits.await().until(() -> {
                sockets.receive()
                        .orElseThrow()
                        .forEach(each -> read.add(each.socket().slot()));
                return read.contains(0) && read.contains(1);
            });
            assertThat(read).hasSize(2 * 16);
        }
    }

    @Test
    void itEndsWithItsSocketsAlsoWhileNothingButFailuresCome() {
        List<String> failures = new ArrayList<>();
        Posix failing = PosixWith.call("awaitReadable", (arguments, real) -> {
            failures.add("one");
            throw new ErrnoException("poll", Errno.ENOMEM);
        });
        NotifySockets sockets = NotifySockets.open(failing);
        NotificationReader reader = reader(sockets);
        Waits.await().until(() -> !log.isEmpty());
        reader.close();
        assertThat(failures).isNotEmpty();
        assertThat(sockets.receive()).isEmpty();
    }

    @Test
    void anErrorThatEndsTheThreadIsReported() throws Exception {
        Posix failing = PosixWith.call("receiveDatagram", (arguments, real) -> {
            throw new StackOverflowError("once");
        });
        try (NotifySockets sockets = NotifySockets.open(failing)) {
            send(sockets.openFor(0), "READY=1");
            try (NotificationReader reader = reader(sockets)) {
                Waits.await().until(() -> !ended.isEmpty());
            }
        }
        assertThat(ended)
                .singleElement()
                .asString()
                .contains("prefork-notify")
                .endsWith("java.lang.StackOverflowError: once");
    }

    /** The slot of the next message. */
    private int heard() throws InterruptedException {
        Optional<Message> message = inbox.take(OptionalLong.of(TimeUnit.MINUTES.toNanos(1)));
        return ((Message.Notified) message.orElseThrow()).received().socket().slot();
    }

    private NotificationReader reader(NotifySockets sockets) {
        return new NotificationReader(sockets, inbox, this::log, (thread, error) -> ended.add(thread + " " + error));
    }

    private void log(Entry entry) {
        log.add(entry.level() + " " + entry);
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
