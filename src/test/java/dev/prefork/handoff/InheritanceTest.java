package dev.prefork.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.handoff.Inheritance.Parent;
import dev.prefork.handoff.ListenEnvironment.Passed;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import dev.prefork.quarkus.worker.MasterSocket;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InheritanceTest {
    private static final int O_CLOEXEC = 0x80000;

    private final Posix posix = Posix.system();

    @ParameterizedTest
    @EnumSource(Parent.class)
    void aListeningNonBlockingSocketIsAdoptedWithItsAddress(Parent parent) {
        try (MasterSocket socket = MasterSocket.tcp()) {
            assertThat(adopt(parent, socket.descriptor()).listeners())
                    .containsExactly(new InheritedListener("http", socket.descriptor(), socket.endpoint()));
        }
    }

    @Test
    void aUnixListenerIsAdoptedWithItsPath(@TempDir Path directory) {
        try (MasterSocket socket = MasterSocket.unix(directory.resolve("s"))) {
            assertThat(adopt(Parent.MASTER, socket.descriptor()).listeners().get(0))
                    .hasToString("http=unix://" + directory.resolve("s"));
        }
    }

    @Test
    void theWorkersOwnChildrenDoNotGetTheListener() {
        try (MasterSocket socket = MasterSocket.tcp()) {
            posix.setCloseOnExec(socket.descriptor(), false);
            adopt(Parent.MASTER, socket.descriptor());
            assertThat(OpenDescriptors.flags(socket.descriptor()) & O_CLOEXEC).isEqualTo(O_CLOEXEC);
        }
    }

    @Test
    void aBlockingListenerOfAMasterIsRefused() {
        try (MasterSocket socket = MasterSocket.tcp()) {
            posix.setNonBlocking(socket.descriptor(), false);
            assertRefused(Parent.MASTER, socket.descriptor())
                    .hasMessageContaining("is blocking")
                    .hasMessageContaining("the master must set O_NONBLOCK");
            assertThat(posix.isNonBlocking(socket.descriptor())).isFalse();
        }
    }

    @Test
    void aBlockingListenerOfSomebodyElseIsMadeNonBlocking() {
        try (MasterSocket socket = MasterSocket.tcp()) {
            posix.setNonBlocking(socket.descriptor(), false);
            assertThat(adopt(Parent.OTHER, socket.descriptor()).listeners()).hasSize(1);
            assertThat(posix.isNonBlocking(socket.descriptor())).isTrue();
        }
    }

    @Test
    void aSocketThatDoesNotListenIsRefused() {
        try (MasterSocket socket = MasterSocket.notListening()) {
            assertRefused(Parent.OTHER, socket.descriptor()).hasMessageContaining("is not listening");
        }
    }

    @Test
    void aDatagramSocketIsRefused() {
        int datagram = posix.datagramSocket();
        try {
            assertRefused(Parent.OTHER, datagram).hasMessageContaining("is not a stream socket");
        } finally {
            posix.close(datagram);
        }
    }

    @Test
    void aDescriptorThatIsNoSocketIsRefused() {
        int[] pipe = posix.pipe();
        try {
            assertRefused(Parent.MASTER, pipe[0]).hasMessageContaining("is not a socket");
        } finally {
            posix.close(pipe[0]);
            posix.close(pipe[1]);
        }
    }

    @Test
    void aDescriptorThatIsNotOpenIsRefused() {
        assertRefused(Parent.MASTER, 9_999).hasMessageContaining("is not a socket");
    }

    @Test
    void whoWasPassedNothingByNobodyIsNoWorker() {
        assertThat(new Inheritance(Parent.OTHER, List.of()).isWorker()).isFalse();
    }

    @Test
    void aMastersChildIsAWorkerEvenWithoutListeners() {
        assertThat(new Inheritance(Parent.MASTER, List.of()).isWorker()).isTrue();
        assertThat(new Inheritance(Parent.MASTER, List.of()).isEmpty()).isTrue();
    }

    @Test
    void whoeverGotAListenerIsAWorker() {
        try (MasterSocket socket = MasterSocket.tcp()) {
            assertThat(adopt(Parent.OTHER, socket.descriptor()).isWorker()).isTrue();
        }
    }

    @Test
    void thisTestItselfInheritedNothing() {
        assertThat(Inheritance.ofThisProcess().isWorker()).isFalse();
        assertThat(Inheritance.ofThisProcess()).isSameAs(Inheritance.ofThisProcess());
    }

    private AbstractThrowableAssert<?, ?> assertRefused(Parent parent, int descriptor) {
        AbstractThrowableAssert<?, ?> refusal = assertThatThrownBy(() -> adopt(parent, descriptor))
                .isInstanceOf(AdoptionException.class)
                .hasMessageStartingWith("Descriptor " + descriptor + " (http) ");
        refusal.message().doesNotContain("\n");
        return refusal;
    }

    private Inheritance adopt(Parent parent, int descriptor) {
        return Inheritance.adopt(posix, parent, List.of(new Passed("http", descriptor)));
    }
}
