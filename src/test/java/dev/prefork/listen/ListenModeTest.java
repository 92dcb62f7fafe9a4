package dev.prefork.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The permissions of unix listeners' files. */
class ListenModeTest {
    private static final int PERMISSIONS = 0777;

    private final Posix posix = Posix.system();

    @TempDir
    Path directory;

    /** The umask of whoever runs this takes something away from some of them, and from none that all have. */
    @ParameterizedTest
    @ValueSource(strings = {"0600", "0660", "0666", "0777", "0200", "0622"})
    void allFilesHaveTheModeThatWasAskedFor(String mode) throws IOException {
        Path one = directory.resolve("one.sock");
        Path two = directory.resolve("two.sock");
        try (Listeners listeners = Listeners.open(
                posix,
                ListenSpec.parseList(List.of("one=unix://" + one, "tcp4://127.0.0.1:0", "two=unix://" + two)),
                options(mode),
                List.of())) {
            assertThat(listeners.all()).hasSize(3);
            assertThat(List.of(permissions(one), permissions(two))).containsOnly(Integer.parseInt(mode, 8));
            assertThat(posix.localEndpoint(listeners.all().get(0).descriptors().get(0)))
                    .as("what workers take for the address")
                    .isEqualTo(new Endpoint.Unix(one.toString()));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theFileIsAtNoMomentMoreOpen() throws IOException {
        Path path = directory.resolve("app.sock");
        Set<Integer> seen = new ConcurrentSkipListSet<>();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> watch = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                look(path, seen);
            }
        });
        for (int i = 0; i < 300; i++) {
            Listeners.open(posix, specs(path), options("0600"), List.of()).close();
        }
        try (Listeners last = Listeners.open(posix, specs(path), options("0600"), List.of())) {
            look(path, seen);
            assertThat(last.all()).hasSize(1);
        }
        over.set(true);
        watch.join();

        assertThat(seen).containsExactly(0600);
    }

    @Test
    void beforeItHasItsModeNoClientCanConnect() {
        Path path = directory.resolve("app.sock");
        Posix cut = PosixDoubles.failing("listen", Errno.EIO, arguments -> {
            assertThat(permissions(path)).isEqualTo(0660);
            return true;
        });
        assertThatThrownBy(() -> Listeners.open(cut, specs(path), options("0660"), List.of()))
                .isInstanceOf(ListenException.class);

        int client = posix.streamSocket(new Endpoint.Unix(path.toString()));
        assertThatThrownBy(() -> posix.connect(client, new Endpoint.Unix(path.toString())))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED));
        posix.close(client);
    }

    @Test
    void anInheritedSocketIsLeftAlone() {
        Path path = directory.resolve("theirs.sock");
        int fd = posix.streamSocket(new Endpoint.Unix(path.toString()));
        posix.bind(fd, new Endpoint.Unix(path.toString()));
        posix.listen(fd, 8);
        int before = permissions(path);
        InheritedListener inherited = new InheritedListener("http", fd, new Endpoint.Unix(path.toString()));
        try (Listeners listeners = Listeners.open(posix, specs(path), options("0602"), List.of(inherited))) {
            assertThat(listeners.all().get(0).adopted()).isTrue();
            assertThat(permissions(path)).isEqualTo(before);
        }
        assertThat(path).exists();
    }

    @Test
    void anAbstractNameHasNone() {
        Endpoint.Unix name = new Endpoint.Unix("@prefork-mode-test/" + posix.getpid());
        try (Listeners listeners = Listeners.open(
                posix, ListenSpec.parseList(List.of("unix://" + name.path())), options("0600"), List.of())) {
            assertThat(listeners.all().get(0).endpoint()).isEqualTo(name);
        }
    }

    private static void look(Path path, Set<Integer> seen) {
        try {
            seen.add((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & PERMISSIONS);
        } catch (IOException e) {
            // Not there at this moment.
        }
    }

    private static int permissions(Path path) {
        Set<Integer> seen = new ConcurrentSkipListSet<>();
        look(path, seen);
        assertThat(seen).hasSize(1);
        return seen.iterator().next();
    }

    private static ListenOptions options(String mode) {
        return new ListenOptions(8, false, 1, Set.of(), Optional.of(FileMode.parse(mode)));
    }

    private static List<ListenSpec> specs(Path at) {
        return ListenSpec.parseList(List.of("unix://" + at));
    }
}
