package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbstractNamesTest {
    private static final String TABLE = """
            Num       RefCount Protocol Flags    Type St Inode Path
            0000000000000000: 00000002 00000000 00010000 0001 01 26513 @wanted/1
            0000000000000000: 00000003 00000000 00000000 0001 03 26600 @wanted/2
            0000000000000000: 00000002 00000000 00010000 0001 01 26514 /run/wanted/3
            0000000000000000: 00000002 00000000 00010000 0001 01 26515 @wanted/with a blank
            0000000000000000: 00000002 00000000 00010000 0001 01 26516 @other
            0000000000000000: 00000002 00000000 00010000 0001 01 26517
            0000000000000000: 00000002 00000000 00010000 0001 01 26513 @wanted/1
            """;

    @TempDir
    Path proc;

    @Test
    void onlyAbstractNamesThatAreListenedOnAreListed() throws IOException {
        Files.createDirectory(proc.resolve("net"));
        Files.writeString(proc.resolve("net/unix"), TABLE);
        assertThat(AbstractNames.listening(proc, "wanted")).containsExactly("wanted/1", "wanted/with a blank");
    }

    @Test
    void whereTheKernelDoesNotTellThereIsNone() {
        assertThat(AbstractNames.listening(proc, "wanted")).isEmpty();
    }

    @Test
    void aRealSocketIsFoundOnceAndOnlyWhileItListens() {
        Posix posix = Posix.system();
        String name = "prefork-names/" + posix.getpid();
        Endpoint.Unix address = new Endpoint.Unix("@" + name);
        int listener = posix.streamSocket(address);
        posix.bind(listener, address);
        assertThat(AbstractNames.listening(Path.of("/proc"), name)).isEmpty();
        posix.listen(listener, 5);
        int client = posix.streamSocket(address);
        posix.connect(client, address);
        int server = posix.accept(listener).orElseThrow();
        try {
            assertThat(AbstractNames.listening(Path.of("/proc"), name)).containsExactly(name);
        } finally {
            posix.close(listener);
        }
        assertThat(AbstractNames.listening(Path.of("/proc"), name)).isEmpty();
        posix.close(client);
        posix.close(server);
    }
}
