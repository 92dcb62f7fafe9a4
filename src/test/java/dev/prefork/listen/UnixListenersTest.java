package dev.prefork.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.it.Tools;
import dev.prefork.os.Endpoint;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixListenersTest {
    private static final ListenOptions SHARED = new ListenOptions(8, false, 1);

    private final Posix posix = Posix.system();
    private final Clients clients = new Clients();
    private Map<Integer, String> before;

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void remember() {
        path = directory.resolve("app.sock");
        before = OpenDescriptors.socketsAndPipes();
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        clients.close();
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void aPathIsBoundServedAndRemovedAtTheEnd() throws IOException {
        try (Listeners listeners = open(path)) {
            assertThat(listeners.all().get(0)).hasToString("http=unix://" + path);
            assertThat(clients.connectUnix(path.toString()).isConnected()).isTrue();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aStaleSocketIsReplaced() throws IOException {
        leaveStaleSocket();
        try (Listeners listeners = open(path)) {
            assertThat(listeners.all()).hasSize(1);
            assertThat(clients.connectUnix(path.toString()).isConnected()).isTrue();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void theFileGoesWhileTheSocketStillListensSoThatNoSuccessorTakesItForStale() {
        List<Boolean> there = new ArrayList<>();
        Posix watched = PosixDoubles.failing("close", Errno.EIO, arguments -> {
            there.add(Files.exists(path));
            return false;
        });
        Listeners listeners = Listeners.open(watched, specs(path), SHARED, List.of());
        there.clear();
        listeners.close();

        assertThat(there).containsExactly(false);
    }

    @Test
    void aSocketSomebodyListensOnIsLeftAlone() throws IOException {
        try (Listeners living = open(path)) {
            assertThatThrownBy(() -> open(path))
                    .isInstanceOf(ListenException.class)
                    .hasMessage("cannot listen on http=unix://" + path + ": another process listens on it;"
                            + " stop that process (ss -lxp shows it) or choose another path");
            assertThat(living.all()).hasSize(1);
            assertThat(clients.connectUnix(path.toString()).isConnected()).isTrue();
        }
    }

    @Test
    void aLivingListenerWithAFullQueueIsNotTakenForStale() throws IOException {
        ListenOptions shortQueue = new ListenOptions(1, false, 1);
        try (Listeners living = Listeners.open(posix, specs(path), shortQueue, List.of())) {
            // unix(7): a queue of one takes a second connection; the third, non-blocking, is EAGAIN.
            clients.connectUnix(path.toString());
            clients.connectUnix(path.toString());
            assertThatThrownBy(() -> open(path)).hasMessageContaining("another process listens on it");
            assertThat(living.all()).hasSize(1);
        }
    }

    @Test
    void aDatagramSocketInTheWayIsInUse() {
        int datagram = posix.datagramSocket();
        posix.bind(datagram, new Endpoint.Unix(path.toString()));
        assertThatThrownBy(() -> open(path)).hasMessageContaining("another process listens on it");
        posix.close(datagram);
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> open(path))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot listen on http=unix://" + path + ": " + path
                        + " exists and is not a socket; remove it, or choose another path");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws IOException {
        leaveStaleSocket();
        Path link = Files.createSymbolicLink(directory.resolve("link.sock"), path);
        assertThatThrownBy(() -> open(link)).hasMessageContaining("exists and is not a socket");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aLinkThatLeadsNowhereIsLeftAlone() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link.sock"), path);
        assertThatThrownBy(() -> open(link)).hasMessageContaining("exists and is not a socket");
        assertThat(link).isSymbolicLink();
        assertThat(path).doesNotExist();
    }

    @Test
    void aStaleSocketOfAnotherUserIsLeftAlone() throws IOException {
        Tools.requireRoot();
        leaveStaleSocket();
        Files.setAttribute(path, "unix:uid", 65534);
        assertThatThrownBy(() -> open(path))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot listen on http=unix://" + path + ": " + path
                        + " is a socket of user 65534, and this is user 0; remove it if no process listens on it, or choose"
                        + " another path");
        assertThat(path).exists();
    }

    @Test
    void whatTakesTheStaleSocketsPlaceMeanwhileIsLeftAlone() throws IOException {
        leaveStaleSocket();
        Posix exchanging = PosixDoubles.failing("connect", Errno.ECONNREFUSED, arguments -> {
            exchange();
            return true;
        });
        assertThatThrownBy(() -> Listeners.open(exchanging, specs(path), SHARED, List.of()))
                .isInstanceOf(ListenException.class);
        assertThat(path).hasContent("precious");
    }

    private void exchange() {
        try {
            // Kept, so that the new file cannot get the inode of the old one.
            Files.move(path, directory.resolve("old"));
            Files.writeString(path, "precious");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMissingDirectoryIsNamed() {
        Path missing = directory.resolve("missing/app.sock");
        assertThatThrownBy(() -> open(missing))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot listen on http=unix://" + missing + ": No such file or directory; there is no"
                        + " directory " + missing.getParent() + ", so create or mount it first");
    }

    @Test
    void aDirectoryThatIsAFileIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> open(file.resolve("app.sock")))
                .hasMessageContaining("Not a directory; there is no directory " + file);
    }

    @Test
    void aDirectoryThatMayNotBeWrittenIsNamed() {
        Posix forbidden = PosixDoubles.failing("bind", Errno.EACCES, arguments -> true);
        assertThatThrownBy(() -> Listeners.open(forbidden, specs(path), SHARED, List.of()))
                .hasMessageContaining("Permission denied; this user may not create files in " + directory);
        Posix readOnly = PosixDoubles.failing("bind", Errno.EROFS, arguments -> true);
        assertThatThrownBy(() -> Listeners.open(readOnly, specs(path), SHARED, List.of()))
                .hasMessageContaining("mount a writable volume (an emptyDir) there");
    }

    @Test
    void anOldSocketThatMayNotBeAskedIsNotRemoved() throws IOException {
        leaveStaleSocket();
        Posix forbidden = PosixDoubles.failing("connect", Errno.EACCES, arguments -> true);
        assertThatThrownBy(() -> Listeners.open(forbidden, specs(path), SHARED, List.of()))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("Permission denied");
        assertThat(path).exists();
    }

    @Test
    void somebodyElsesNewSocketFileIsNotRemovedAtTheEnd() throws IOException {
        Listeners first = open(path);
        Files.move(path, directory.resolve("moved.sock"));
        try (Listeners second = open(path)) {
            first.close();
            assertThat(path).exists();
            assertThat(clients.connectUnix(path.toString()).isConnected()).isTrue();
            assertThat(second.all()).hasSize(1);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aSocketFileThatIsGoneAlreadyIsNoProblem() throws IOException {
        Listeners listeners = open(path);
        Files.delete(path);
        listeners.close();
        assertThat(path).doesNotExist();
    }

    @Test
    void aFailureOfALaterListenerRemovesTheEarlierOnesFile() {
        assertThatThrownBy(() -> Listeners.open(
                        posix,
                        ListenSpec.parseList(List.of("unix://" + path, "tcp4://192.0.2.1:1")),
                        SHARED,
                        List.of()))
                .isInstanceOf(ListenException.class);
        assertThat(path).doesNotExist();
    }

    @Test
    void abstractNamesNeedNoFile() {
        String name = "@prefork-listen-test/" + posix.getpid();
        ListenSpec spec = ListenSpec.parseList(List.of("unix://" + name)).get(0);
        try (Listeners listeners = Listeners.open(posix, List.of(spec), SHARED, List.of())) {
            assertThat(listeners.all().get(0)).hasToString("http=unix://" + name);
            assertThatThrownBy(() -> Listeners.open(posix, List.of(spec), SHARED, List.of()))
                    .hasMessageContaining("Address already in use; another process listens there");
        }
    }

    @Test
    void withReusePortAPathStillHasOneSharedSocket() {
        ListenOptions perSlot = new ListenOptions(8, true, 3);
        try (Listeners listeners = Listeners.open(posix, specs(path), perSlot, List.of())) {
            assertThat(listeners.all().get(0).descriptors()).hasSize(1);
        }
    }

    private void leaveStaleSocket() {
        int abandoned = posix.streamSocket(new Endpoint.Unix(path.toString()));
        posix.bind(abandoned, new Endpoint.Unix(path.toString()));
        posix.listen(abandoned, 1);
        posix.close(abandoned);
        assertThat(path).exists();
    }

    private Listeners open(Path at) {
        return Listeners.open(posix, specs(at), SHARED, List.of());
    }

    private static List<ListenSpec> specs(Path at) {
        return ListenSpec.parseList(List.of("unix://" + at));
    }
}
