package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jnr.constants.platform.Errno;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the kernel, which must have unix_diag (CONFIG_UNIX_DIAG), as those of all distributions do. */
class UnixQueuesTest {
    private final Posix posix = Posix.system();
    private final List<Integer> opened = new ArrayList<>();

    @TempDir
    Path directory;

    private Endpoint.Unix path;

    @BeforeEach
    void choosePath() {
        path = new Endpoint.Unix(directory.resolve("app.sock").toString());
    }

    @AfterEach
    void closeAll() {
        opened.forEach(posix::close);
    }

    @Test
    void theQueueOfAPathGrowsWithEveryClient() {
        int listener = listening(path, 5);
        assertThat(posix.unixAcceptQueue(listener)).isEqualTo(new AcceptQueue(0, 5));
        for (int waiting = 1; waiting <= 3; waiting++) {
            connect(path);
            assertThat(posix.unixAcceptQueue(listener)).isEqualTo(new AcceptQueue(waiting, 5));
        }
    }

    @Test
    void aClientThatGaveUpStillWaits() {
        int listener = listening(path, 5);
        posix.close(connected(path));
        assertThat(posix.unixAcceptQueue(listener)).isEqualTo(new AcceptQueue(1, 5));
    }

    @Test
    void whoWaitsIsToldByInodeAndWhoGaveUpByNone() {
        int listener = listening(path, 5);
        assertThat(posix.unixWaiting(listener)).isEmpty();
        int first = connected(path);
        connect(path);
        List<Integer> waiting = posix.unixWaiting(listener);
        assertThat(waiting).hasSize(2).doesNotHaveDuplicates().doesNotContain(0);
        posix.close(first);
        assertThat(posix.unixWaiting(listener)).containsExactly(0, waiting.get(1));
    }

    @Test
    void oneMoreThanTheLimitGetsIn() {
        int listener = listening(path, 2);
        for (int i = 0; i < 3; i++) {
            connect(path);
        }
        assertErrno(Errno.EAGAIN, () -> connect(path));
        assertThat(posix.unixAcceptQueue(listener)).isEqualTo(new AcceptQueue(3, 2));
    }

    @Test
    void theQueueOfAnAbstractNameIsMeasuredAndThoseOfOthersAreNotMixedUp() {
        Endpoint.Unix name = new Endpoint.Unix("@prefork-queue-test/" + posix.getpid());
        int first = listening(name, 7);
        int second = listening(path, 9);
        connect(name);
        connect(name);
        connect(path);
        assertThat(posix.unixAcceptQueue(first)).isEqualTo(new AcceptQueue(2, 7));
        assertThat(posix.unixAcceptQueue(second)).isEqualTo(new AcceptQueue(1, 9));
    }

    @Test
    void aCopyOfTheDescriptorHasTheSameQueue() {
        int listener = listening(path, 4);
        connect(path);
        int copy = keep(posix.duplicateAbove(listener, 300));
        assertThat(posix.unixAcceptQueue(copy)).isEqualTo(new AcceptQueue(1, 4));
    }

    @Test
    void aSecondListenChangesTheLimit() {
        int listener = listening(path, 4);
        posix.listen(listener, 6);
        assertThat(posix.unixAcceptQueue(listener).limit()).isEqualTo(6);
    }

    @Test
    void aUnixSocketThatDoesNotListenIsEinval() {
        assertErrno(Errno.EINVAL, () -> posix.unixAcceptQueue(stream(path)));
        int[] pair = posix.socketPair();
        keep(pair[0]);
        keep(pair[1]);
        assertErrno(Errno.EINVAL, () -> posix.unixAcceptQueue(pair[0]));
    }

    @Test
    void aTcpSocketIsEinvalAndWhatIsNoSocketIsEnotsock() throws UnknownHostException {
        int tcp = listening(new Endpoint.Inet(InetAddress.getByName("127.0.0.1"), 0), 5);
        assertErrno(Errno.EINVAL, () -> posix.unixAcceptQueue(tcp));
        int[] pipe = posix.pipe();
        keep(pipe[0]);
        keep(pipe[1]);
        assertErrno(Errno.ENOTSOCK, () -> posix.unixAcceptQueue(pipe[0]));
    }

    @Test
    void aClosedDescriptorIsEbadf() {
        int listener = stream(path);
        opened.remove((Integer) listener);
        posix.close(listener);
        assertErrno(Errno.EBADF, () -> posix.unixAcceptQueue(listener));
    }

    @Test
    void nothingIsLeftOpenByAnswersAndRefusals() {
        int listener = listening(path, 5);
        int idle = stream(path);
        Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
        for (int i = 0; i < 50; i++) {
            posix.unixAcceptQueue(listener);
            assertErrno(Errno.EINVAL, () -> posix.unixAcceptQueue(idle));
        }
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    private void connect(Endpoint.Unix to) {
        keep(connected(to));
    }

    private int connected(Endpoint.Unix to) {
        int client = posix.streamSocket(to);
        try {
            posix.connect(client, to);
            return client;
        } catch (ErrnoException e) {
            posix.close(client);
            throw e;
        }
    }

    private int listening(Endpoint endpoint, int backlog) {
        int fd = stream(endpoint);
        posix.bind(fd, endpoint);
        posix.listen(fd, backlog);
        return fd;
    }

    private int stream(Endpoint family) {
        return keep(posix.streamSocket(family));
    }

    private int keep(int fd) {
        opened.add(fd);
        return fd;
    }

    private static void assertErrno(Errno expected, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.errno())
                .isEqualTo(expected));
    }
}
