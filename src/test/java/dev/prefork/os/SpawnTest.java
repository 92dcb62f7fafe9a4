package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.it.Proc;
import dev.prefork.os.SpawnRequest.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnTest {
    private static final String NO_SIGNALS = "0000000000000000";

    private final Posix posix = Posix.system();

    @Test
    void theChildHasOnlyTheStandardDescriptorsAndThoseNamed() throws IOException {
        int[] one = posix.pipe();
        int[] other = posix.pipe();
        int[] leaky = posix.pipe();
        posix.setCloseOnExec(leaky[0], false);
        posix.setCloseOnExec(leaky[1], false);
        try (TestChild child = sleeping(new Descriptor(one[0], 3), new Descriptor(other[1], 4))) {
            assertThat(child.descriptors().keySet()).containsExactly(0, 1, 2, 3, 4);
            assertThat(child.descriptors().get(3)).isEqualTo(linkOf(one[0]));
            assertThat(child.descriptors().get(4)).isEqualTo(linkOf(other[1]));
        } finally {
            close(one);
            close(other);
            close(leaky);
        }
    }

    @Test
    void withoutDescriptorsNothingButTheStandardOnesRemain() throws IOException {
        int[] leaky = posix.pipe();
        int inheritable = inheritable(leaky[0], 190);
        try (TestChild child = sleeping()) {
            assertThat(child.descriptors().keySet()).containsExactly(0, 1, 2);
        } finally {
            posix.close(inheritable);
            close(leaky);
        }
    }

    /** A copy that survives exec, on a number that is nobody's: the JVM's own jars may be anywhere. */
    private int inheritable(int fd, int atLeast) {
        int copy = posix.duplicateAbove(fd, atLeast);
        posix.duplicateOnto(fd, copy);
        return copy;
    }

    @Test
    void gapsBetweenTargetsAreClosedToo() throws IOException {
        int[] pipe = posix.pipe();
        int first = inheritable(pipe[0], pipe[0] + 40);
        int[] leaky = {first, inheritable(pipe[0], first + 1)};
        try (TestChild child = sleeping(new Descriptor(pipe[1], leaky[1] + 5))) {
            assertThat(child.descriptors().keySet()).containsExactly(0, 1, 2, leaky[1] + 5);
        } finally {
            close(leaky);
            close(pipe);
        }
    }

    @Test
    void swappedDescriptorsEachArriveAtTheirTarget() throws IOException {
        int[] one = posix.pipe();
        int[] other = posix.pipe();
        int a = one[0];
        int b = other[0];
        try (TestChild child = sleeping(new Descriptor(a, b), new Descriptor(b, a))) {
            assertThat(child.descriptors()).containsEntry(b, linkOf(a)).containsEntry(a, linkOf(b));
            assertThat(linkOf(a)).isNotEqualTo(linkOf(b));
        } finally {
            close(one);
            close(other);
        }
    }

    @Test
    void aDescriptorThatIsItsOwnTargetSurvivesTheExec() throws IOException {
        int[] pipe = posix.pipe();
        try (TestChild child = sleeping(new Descriptor(pipe[0], pipe[0]))) {
            assertThat(child.descriptors().keySet()).containsExactly(0, 1, 2, pipe[0]);
        } finally {
            close(pipe);
        }
    }

    @Test
    void noScratchDescriptorStaysOpenInTheParent() {
        int[] pipe = posix.pipe();
        try {
            Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
            sleeping(new Descriptor(pipe[0], pipe[1]), new Descriptor(pipe[1], pipe[0]))
                    .close();
            assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
        } finally {
            close(pipe);
        }
    }

    @Test
    void theSignalMaskIsEmptyAndNoSignalIsIgnored() throws IOException {
        assertThat(Files.readString(Path.of("/proc/self/status")))
                .as("the JVM ignores SIGPIPE, which exec would keep")
                .doesNotContain("SigIgn:\t" + NO_SIGNALS);
        try (TestChild child = sleeping()) {
            assertThat(child.status("SigBlk")).isEqualTo(NO_SIGNALS);
            assertThat(child.status("SigIgn")).isEqualTo(NO_SIGNALS);
            assertThat(child.status("SigCgt")).isEqualTo(NO_SIGNALS);
        }
    }

    @Test
    void theChildLeadsItsOwnSessionAndGroup() {
        try (TestChild child = TestChild.sh("exec sleep 60")) {
            assertThat(Proc.parent(child.pid())).hasValue((long) posix.getpid());
            assertThat(Proc.group(child.pid())).hasValue((long) child.pid());
            assertThat(Proc.session(child.pid())).hasValue((long) child.pid());
            assertThat(posix.sessionOf(child.pid())).isEqualTo(child.pid());
            assertThat(posix.sessionOf(posix.getpid())).isNotEqualTo(child.pid());
        }
        assertThatThrownBy(() -> posix.sessionOf(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itCanNeitherLeaveThatGroupNorJoinASiblings() {
        Optional<String> python = TestChild.python();
        assumeTrue(python.isPresent(), "this machine has no python3");
        String script = "import errno, os, sys\n"
                + "for call in (lambda: os.setpgid(0, int(sys.argv[1])), os.setpgrp, os.setsid):\n"
                + "    try: call(); print('done')\n"
                + "    except OSError as e: print(errno.errorcode[e.errno])\n";
        try (TestChild sibling = sleeping();
                TestChild child = TestChild.start(List.of(python.get(), "-c", script, sibling.pid() + ""), Map.of())) {
            assertThat(child.readAll().lines()).containsExactly("EPERM", "EPERM", "EPERM");
        }
    }

    @Test
    void argumentsAndEnvironmentArriveAsGiven() {
        List<String> command =
                List.of("/bin/sh", "-c", "echo \"$0|$1|$2|$GREETING|${HOME-unset}\"", "", "two words", "ä€");
        try (TestChild child = TestChild.start(command, Map.of("GREETING", "grüß = Gott"))) {
            assertThat(child.readAll()).isEqualTo("|two words|ä€|grüß = Gott|unset\n");
        }
    }

    @Test
    void manyArgumentsArrive() {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "echo $#", "sh"));
        for (int i = 0; i < 5000; i++) {
            command.add("argument-" + i);
        }
        try (TestChild child = TestChild.start(command, Map.of())) {
            assertThat(child.readLine()).isEqualTo("5000");
        }
    }

    @Test
    void aMissingFileIsEnoent() {
        assertThatThrownBy(() -> TestChild.start(List.of("/nowhere/command"), Map.of()))
                .isInstanceOfSatisfying(ErrnoException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                    assertThat(e).hasMessage("posix_spawn(/nowhere/command): No such file or directory (ENOENT)");
                });
    }

    @Test
    void aFileThatMayNotBeExecutedIsEacces(@TempDir Path directory) throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
        assertErrno(Errno.EACCES, List.of(script.toString()));
    }

    @Test
    void aFileInNoExecutableFormatIsEnoexec(@TempDir Path directory) throws IOException {
        Path garbage = Files.writeString(directory.resolve("garbage"), "no program");
        Files.setPosixFilePermissions(garbage, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertErrno(Errno.ENOEXEC, List.of(garbage.toString()));
    }

    @Test
    void moreArgumentsThanTheKernelTakesAreE2big() {
        // execve(2): one string may have 32 pages.
        assertErrno(Errno.E2BIG, List.of("/bin/true", "x".repeat(1 << 20)));
    }

    @Test
    void aNulInAStringIsRefusedBeforeCCutsIt() {
        assertErrno(Errno.EINVAL, List.of("/bin/true", "one\0two"));
    }

    @Test
    void aSourceThatIsNotOpenIsEbadf() {
        assertThatThrownBy(() -> sleeping(new Descriptor(9999, 3)))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    }

    @Test
    void aFailedSpawnLeavesNoChildAndNoDescriptor() {
        Map<Integer, String> before = OpenDescriptors.socketsAndPipes();
        assertErrno(Errno.ENOENT, List.of("/nowhere/command"));
        assertThat(OpenDescriptors.socketsAndPipes()).isEqualTo(before);
        assertThat(posix.peekExited()).isEmpty();
    }

    private static void assertErrno(Errno expected, List<String> command) {
        assertThatThrownBy(() -> TestChild.start(command, Map.of()))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(expected));
    }

    private static TestChild sleeping(Descriptor... descriptors) {
        return TestChild.start(List.of("/bin/sleep", "60"), Map.of(), descriptors);
    }

    private static String linkOf(int fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
    }

    private void close(int[] fds) {
        for (int fd : fds) {
            posix.close(fd);
        }
    }
}
