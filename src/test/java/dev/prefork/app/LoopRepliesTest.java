package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Report;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LoopRepliesTest {
    private final LoopReplies replies = new LoopReplies();

    @Test
    void theEndOfAReloadIsKeptByItsVersion() {
        assertThat(replies.end(1)).isEmpty();
        replies.on(new Report.RolloutBegan(1, "SIGHUP", 4));
        assertThat(replies.end(1)).as("it is in course").isEmpty();
        replies.on(new Report.RolloutSuperseded(1, 2));
        replies.on(new Report.RolloutCompleted(2, 4, 5_000_000_000L));
        replies.on(new Report.RolloutAborted(3, "worker 0 (pid 7) exit code 1", 4, 4));

        assertThat(replies.end(1))
                .contains(new LoopReplies.RolloutEnd(false, "superseded by another reload, to version 2"));
        assertThat(replies.end(2)).contains(new LoopReplies.RolloutEnd(true, "4 workers replaced"));
        assertThat(replies.end(3))
                .contains(new LoopReplies.RolloutEnd(
                        false, "reload aborted, 4 of 4 workers stay as they were: worker 0 (pid 7) exit code 1"));
    }

    @Test
    void onlyTheLastAreKept() {
        for (int version = 1; version <= 1000; version++) {
            replies.on(new Report.RolloutCompleted(version, 1, 1));
        }
        assertThat(replies.end(872)).isEmpty();
        assertThat(replies.end(873)).contains(new LoopReplies.RolloutEnd(true, "1 worker replaced"));
        assertThat(replies.end(1000)).isPresent();
    }

    @Test
    void whatCameOfARequestIsKeptByItsNumberAlthoughTheAskerIsTheSame() {
        String why = "asked by pid 7, uid 0";
        replies.on(new Report.Scaled(3, 4, why, OptionalLong.of(1)));
        replies.on(new Report.ScaleRefused(why + ": 4 is the maximum number of workers", OptionalLong.of(2)));
        replies.on(new Report.Scaled(4, 3, "SIGTTOU"));
        replies.on(new Report.ScaleRefused("SIGTTOU: 1 is the minimum number of workers"));

        assertThat(replies.scale(1)).contains(new LoopReplies.ScaleEnd(Optional.empty(), 3, 4));
        assertThat(replies.scale(2))
                .contains(new LoopReplies.ScaleEnd(Optional.of("4 is the maximum number of workers"), 0, 0));
        assertThat(replies.scale(3)).isEmpty();
    }
}
