package dev.prefork.control;

import dev.prefork.os.Peer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Who may use a control socket: processes of the master's user and of root, in its pid namespace or one below it. An abstract name has no
 * permissions, and is known in other containers of a pod, so this is all that protects it. For the control socket's thread.
 */
final class Admission {
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int ROOT = 0;

    private final int uid;
    private final Consumer<String> warn;
    private OptionalLong saidAt = OptionalLong.empty();
    private long unsaid;

    /**
     * @param uid the master's
     * @param warn is told of those refused, once a minute at most
     */
    Admission(int uid, Consumer<String> warn) {
        this.uid = uid;
        this.warn = warn;
    }

    /** Why it is refused; empty if it is not. */
    Optional<String> refusal(Peer peer) {
        if (peer.pid() < 1) {
            return Optional.of("it is in another pid namespace");
        }
        return peer.uid() == uid || peer.uid() == ROOT
                ? Optional.empty()
                : Optional.of("only uid " + uid + (uid == ROOT ? " is" : " and root are") + " admitted");
    }

    /** Tells that it was refused, unless that would be too often. */
    void tell(Peer peer, String why, long now) {
        if (saidAt.isPresent() && now - saidAt.getAsLong() < PAUSE.toNanos()) {
            unsaid++;
            return;
        }
        String others = unsaid == 0 ? "" : "; " + unsaid + " more since the last such line";
        warn.accept("control socket: refused " + peer + ": " + why + others);
        saidAt = OptionalLong.of(now);
        unsaid = 0;
    }
}
