package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
    @Test
    void anInterruptedCallIsMadeAgainUntilItIsThrough() {
        FailingLibc libc = new FailingLibc("read", Errno.EINTR, Errno.EINTR, Errno.EINTR);
        assertThat(libc.posix().read(5, new byte[8])).isZero();
        assertThat(libc.calls()).containsExactly("read", "read", "read", "read");
    }

    @Test
    void aFailureAfterAnInterruptionIsThrown() {
        FailingLibc libc = new FailingLibc("read", Errno.EINTR, Errno.EIO);
        assertThatThrownBy(() -> libc.posix().read(5, new byte[8]))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("read(5, 8): Input/output error (EIO)");
        assertThat(libc.calls()).hasSize(2);
    }

    @Test
    void closeIsNeverMadeTwiceBecauseTheNumberMayBeSomebodyElsesByThen() {
        FailingLibc libc = new FailingLibc("close", Errno.EINTR);
        libc.posix().close(5);
        assertThat(libc.calls()).containsExactly("close");
    }

    @Test
    void aGroupThatMayNotBeSignalledExists() {
        assertThat(new FailingLibc("kill", Errno.EPERM).posix().groupExists(4711))
                .isTrue();
    }

    @Test
    void aSignalThatMayNotBeSentIsThrown() {
        assertThatThrownBy(() -> new FailingLibc("kill", Errno.EPERM).posix().kill(4711, Signal.TERM))
                .hasMessage("kill(4711, TERM): Operation not permitted (EPERM)");
    }

    @Test
    void aSpawnThatIsInterruptedInItsPreparationsGoesOn() {
        FailingLibc libc = new FailingLibc("posix_spawnattr_setflags", Errno.EINTR);
        assertThat(libc.posix().spawn(trueCommand())).isZero();
        assertThat(libc.calls()).contains("posix_spawn");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "posix_spawnattr_setflags",
                "posix_spawnattr_setsigmask",
                "posix_spawnattr_setsigdefault",
                "posix_spawn_file_actions_init",
                "posix_spawn_file_actions_adddup2",
                "posix_spawn_file_actions_addclose",
                "posix_spawn_file_actions_addclosefrom_np",
                "posix_spawn"
            })
    void aSpawnThatFailsAnywhereNamesTheCallAndDestroysWhatItMade(String function) {
        FailingLibc libc = new FailingLibc(function, Errno.ENOMEM);
        assertThatThrownBy(() -> libc.posix().spawn(trueCommand()))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith(function + "(")
                .hasMessageEndingWith("(ENOMEM)");
        assertThat(libc.calls()).filteredOn("posix_spawnattr_destroy"::equals).hasSize(1);
        assertThat(libc.calls().contains("posix_spawn_file_actions_destroy"))
                .isEqualTo(libc.calls().contains("posix_spawn_file_actions_adddup2"));
        assertThat(libc.calls().contains("posix_spawn")).isEqualTo(function.equals("posix_spawn"));
    }

    @Test
    void aFailureToLookAtASocketIsNotMistakenForNoSocket() {
        assertThatThrownBy(() ->
                        new FailingLibc("getsockopt", Errno.ENOBUFS).posix().socketKind(5))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOBUFS));
    }

    @Test
    void anUnexpectedFailureToWaitIsThrown() {
        assertThatThrownBy(() -> new FailingLibc("waitid", Errno.EINVAL).posix().peekExited())
                .hasMessage("waitid(P_ALL): Invalid argument (EINVAL)");
    }

    private static SpawnRequest trueCommand() {
        return new SpawnRequest("/bin/true", List.of("true"), List.of(), List.of(new SpawnRequest.Descriptor(20, 7)));
    }
}
