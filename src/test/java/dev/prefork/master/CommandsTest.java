package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private final Inbox inbox = new Inbox();
    private final Commands commands = new Commands(inbox);

    private Message next() throws InterruptedException {
        return inbox.take(OptionalLong.of(0)).orElseThrow();
    }

    private Event told() throws InterruptedException {
        return ((Message.Told) next()).event();
    }

    @Test
    void eachIsOneMessageInItsOrder() throws InterruptedException {
        commands.scaleTo(4, "why");
        assertThat(commands.requestWorkers(5, "why")).isEqualTo(1);
        assertThat(commands.requestChange(-1, "why")).isEqualTo(2);
        commands.recycle(7, "why");
        commands.kill(8, "why");
        commands.reloadRefused("why");
        commands.probedReady(9);
        commands.dump(10);

        assertThat(told()).isEqualTo(new Event.ScaleSet(4, "why"));
        assertThat(told()).isEqualTo(new Event.ScaleSet(5, "why", OptionalLong.of(1)));
        assertThat(told()).isEqualTo(new Event.ScaleAsked(-1, "why", OptionalLong.of(2)));
        assertThat(told()).isEqualTo(new Event.RecycleAsked(7, "why"));
        assertThat(told()).isEqualTo(new Event.KillAsked(8, "why"));
        assertThat(told()).isEqualTo(new Event.ReloadRefused("why"));
        assertThat(told()).isEqualTo(new Event.ReadyProbed(9));
        assertThat(next()).isEqualTo(new Message.DumpAsked(10));
        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    void aStopHasTheMomentAtWhichItWasAsked() throws InterruptedException {
        long before = System.nanoTime();
        commands.stop("why", true);
        long after = System.nanoTime();
        Event.StopAsked asked = (Event.StopAsked) told();
        assertThat(asked.why()).isEqualTo("why");
        assertThat(asked.serveOn()).isTrue();
        assertThat(asked.at().orElseThrow()).isBetween(before, after);
        commands.stop("why", false);
        assertThat(((Event.StopAsked) told()).serveOn()).isFalse();
    }

    @Test
    void whatComesAfterwardsIsRunByTheLoopAndNotBefore() throws InterruptedException {
        List<String> done = new ArrayList<>();
        commands.afterwards(() -> done.add("afterwards"));
        assertThat(done).isEmpty();
        ((Message.Call) next()).task().run();
        assertThat(done).containsExactly("afterwards");
    }
}
