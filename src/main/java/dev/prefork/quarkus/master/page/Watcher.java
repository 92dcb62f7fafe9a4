package dev.prefork.quarkus.master.page;

import dev.prefork.log.RecentEntries;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One that watches. Nothing is queued for it: it knows how far it has read, and one that does not read is sent the newest status, and
 * what is still kept of the log, once it does.
 *
 * <p>Threading: the event loop of its connection; {@link #push} and {@link #end} from any.
 */
final class Watcher {
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final Context context;
    private final HttpServerResponse response;
    private final RecentEntries log;
    private final AtomicBoolean coming = new AtomicBoolean();
    private volatile Frame latest = Frame.NONE;
    private long told;
    private long shown;
    private long spoke = System.nanoTime();

    /** @param told the number of the last entry of the log that it knows */
    Watcher(Context context, HttpServerResponse response, RecentEntries log, long told) {
        this.context = context;
        this.response = response;
        this.log = log;
        this.told = told;
    }

    /** Has it sent what it has not had. */
    void push(Frame frame) {
        latest = frame;
        if (coming.compareAndSet(false, true)) {
            context.runOnContext(now -> {
                coming.set(false);
                write();
            });
        }
    }

    private void write() {
        if (response.ended() || response.closed() || response.writeQueueFull()) {
            return;
        }
        Frame frame = latest;
        StringBuilder entries = new StringBuilder();
        for (RecentEntries.Numbered each : log.since(told)) {
            entries.append(Frame.of(each));
            told = each.sequence();
        }
        if (!entries.isEmpty()) {
            write(Buffer.buffer(entries.toString()));
        }
        if (frame.number() != shown) {
            shown = frame.number();
            write(frame.event());
        }
        if (System.nanoTime() - spoke >= HEARTBEAT.toNanos()) {
            write(Frame.HEARTBEAT);
        }
    }

    private void write(Buffer bytes) {
        response.write(bytes);
        spoke = System.nanoTime();
    }

    /** The last chunk, and with it the end of the answer. */
    void end() {
        context.runOnContext(now -> {
            if (!response.ended() && !response.closed()) {
                response.end();
            }
        });
    }
}
