package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void noOtherUserMayEnterIt() throws IOException {
        Path first = PrivateDirectory.in(directory).path();
        Path second = PrivateDirectory.in(directory).path();

        assertThat(first).isNotEqualTo(second).hasParent(directory);
        for (Path each : new Path[] {first, second}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void itIsRemovedWithAllThatIsInItAndNothingThatALinkLeadsTo() throws IOException {
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Files.writeString(precious.resolve("file"), "precious");
        PrivateDirectory made = PrivateDirectory.in(directory);
        Path deep = Files.createDirectories(made.path().resolve("a/b"));
        Files.writeString(deep.resolve("file"), "x");
        Files.createSymbolicLink(deep.resolve("link"), precious);
        Files.createSymbolicLink(made.path().resolve("nowhere"), directory.resolve("missing"));

        made.remove();
        made.remove();

        assertThat(made.path()).doesNotExist();
        assertThat(precious.resolve("file")).hasContent("precious");
    }

    @Test
    void whyThereIsNoneIsSaidInWords() {
        assertThat(reasonIn(directory.resolve("missing"))).isEqualTo("it does not exist");
        assertThat(reasonIn(Path.of("/dev/null"))).isEqualTo("Not a directory");
        assertThat(PrivateDirectory.reason(new AccessDeniedException("/tmp/x"))).isEqualTo("Permission denied");
        assertThat(PrivateDirectory.reason(new FileSystemException("/tmp/x", null, "No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(PrivateDirectory.reason(new FileSystemException("/tmp/x"))).isEqualTo("FileSystemException");
    }

    private static String reasonIn(Path place) {
        return PrivateDirectory.reason(catchThrowableOfType(IOException.class, () -> PrivateDirectory.in(place)));
    }
}
