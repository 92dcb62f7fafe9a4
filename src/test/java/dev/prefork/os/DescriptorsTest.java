package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;

    private final Posix posix = Posix.system();
    private Map<Integer, String> before;
    private int[] pipe;

    @BeforeEach
    void openPipe() {
        before = OpenDescriptors.socketsAndPipes();
        pipe = posix.pipe();
    }

    @AfterEach
    void closePipe() {
        posix.close(pipe[0]);
        posix.close(pipe[1]);
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
    }

    @Test
    void bothEndsOfAPipeAreCloseOnExecAndBlocking() {
        for (int end : pipe) {
            assertThat(OpenDescriptors.flags(end) & (O_CLOEXEC | O_NONBLOCK)).isEqualTo(O_CLOEXEC);
            assertThat(posix.isNonBlocking(end)).isFalse();
        }
    }

    @Test
    void whatIsWrittenIntoAPipeIsReadFromIt() {
        try (TestChild child = TestChild.sh("printf hello >&3", new SpawnRequest.Descriptor(pipe[1], 3))) {
            byte[] buffer = new byte[64];
            assertThat(posix.read(pipe[0], buffer)).isEqualTo(5);
            assertThat(new String(buffer, 0, 5, StandardCharsets.UTF_8)).isEqualTo("hello");
            child.awaitEnd();
        }
    }

    @Test
    void aReadTakesNoMoreThanTheBufferHolds() {
        try (TestChild child = TestChild.sh("printf hello >&3", new SpawnRequest.Descriptor(pipe[1], 3))) {
            child.awaitEnd();
            byte[] buffer = new byte[3];
            assertThat(posix.read(pipe[0], buffer)).isEqualTo(3);
            assertThat(new String(buffer, StandardCharsets.UTF_8)).isEqualTo("hel");
            assertThat(posix.read(pipe[0], buffer)).isEqualTo(2);
            assertThat(new String(buffer, StandardCharsets.UTF_8)).isEqualTo("lol"); // the rest stays as it was
        }
    }

    @Test
    void aNonBlockingReadOfNothingIsEagain() {
        posix.setNonBlocking(pipe[0], true);
        assertErrno(Errno.EAGAIN, () -> posix.read(pipe[0], new byte[1]));
    }

    @Test
    void nonBlockingIsSwitchedOnAndOffAndNothingElseChanges() {
        int flags = OpenDescriptors.flags(pipe[0]);
        posix.setNonBlocking(pipe[0], true);
        assertThat(OpenDescriptors.flags(pipe[0])).isEqualTo(flags | O_NONBLOCK);
        assertThat(posix.isNonBlocking(pipe[0])).isTrue();
        posix.setNonBlocking(pipe[0], false);
        assertThat(OpenDescriptors.flags(pipe[0])).isEqualTo(flags);
    }

    @Test
    void nonBlockingIsSharedByDuplicatesBecauseItLivesOnTheOpenFile() {
        int copy = posix.duplicateAbove(pipe[0], 100);
        posix.setNonBlocking(copy, true);
        assertThat(posix.isNonBlocking(pipe[0])).isTrue();
        posix.close(copy);
    }

    @Test
    void closeOnExecIsSwitchedOffAndOn() {
        posix.setCloseOnExec(pipe[0], false);
        assertThat(OpenDescriptors.flags(pipe[0]) & O_CLOEXEC).isZero();
        posix.setCloseOnExec(pipe[0], true);
        assertThat(OpenDescriptors.flags(pipe[0]) & O_CLOEXEC).isNotZero();
    }

    @Test
    void aDuplicateAboveIsCloseOnExecAndAtOrAboveTheFloor() {
        posix.setCloseOnExec(pipe[0], false);
        int copy = posix.duplicateAbove(pipe[0], 300);
        assertThat(copy).isGreaterThanOrEqualTo(300);
        assertThat(OpenDescriptors.flags(copy) & O_CLOEXEC).isNotZero();
        int second = posix.duplicateAbove(pipe[0], copy);
        assertThat(second).isGreaterThan(copy);
        posix.close(copy);
        posix.close(second);
    }

    @Test
    void aDuplicateAboveTheLimitIsEinval() {
        assertErrno(Errno.EINVAL, () -> posix.duplicateAbove(pipe[0], Integer.MAX_VALUE));
    }

    @Test
    void aDuplicateOntoANumberSurvivesExec() {
        // Nobody's: the JVM's own jars may be anywhere.
        int target = posix.duplicateAbove(pipe[0], pipe[1] + 50);
        assertThat(OpenDescriptors.flags(target) & O_CLOEXEC).isNotZero();
        posix.duplicateOnto(pipe[0], target);
        assertThat(OpenDescriptors.flags(target) & O_CLOEXEC).isZero();
        posix.close(target);
    }

    @Test
    void aDuplicateOntoItselfSurvivesExecToo() {
        posix.duplicateOnto(pipe[0], pipe[0]);
        assertThat(OpenDescriptors.flags(pipe[0]) & O_CLOEXEC).isZero();
    }

    @Test
    void closingTwiceIsEbadf() {
        int copy = posix.duplicateAbove(pipe[0], 400);
        posix.close(copy);
        assertErrno(Errno.EBADF, () -> posix.close(copy));
    }

    private static void assertErrno(Errno expected, Runnable action) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.errno())
                .isEqualTo(expected));
    }
}
