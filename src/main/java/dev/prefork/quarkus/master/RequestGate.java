package dev.prefork.quarkus.master;

import dev.prefork.quarkus.master.RequestHead.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a client of the management port and Quarkus' server, and lets one whole request through at a time: the next
 * one when the answer to the former has been written to the socket. So a client has no more of our memory than one request and
 * one answer, however much it sends and however little it reads. What is malformed never gets to the server.
 *
 * <p>Threading: its connection's event loop, unless said otherwise.
 */
final class RequestGate extends ChannelDuplexHandler {
    private static final AttributeKey<RequestGate> GATE = AttributeKey.valueOf(RequestGate.class, "gate");

    /** For what it still sends, unread by us, a refused client is sent a reset at the close: it should have read why by then. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** More than one look at the socket brings, decrypted. */
    private static final int MOST_HELD = 1 << 17;

    private enum State {
        WAITING,
        BUSY,
        REFUSED
    }

    private final Channel channel;
    private final PortLimits limits;
    private final RefusalLog log;
    private final HeadReader reader;
    private final List<Runnable> whenRead = new ArrayList<>();
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private long body;
    private ChannelFuture lastWrite;
    private boolean leaving;
    private boolean endless;
    private ScheduledFuture<?> deadline;
    private volatile State state = State.WAITING;
    private volatile boolean routed;
    private volatile long since = System.nanoTime();

    RequestGate(Channel channel, PortLimits limits, RefusalLog log) {
        this.channel = channel;
        this.limits = limits;
        this.log = log;
        reader = new HeadReader(limits);
        channel.attr(GATE).set(this);
    }

    /** The gate of a connection; empty for one that has none. Any thread. */
    static Optional<RequestGate> of(Channel channel) {
        return Optional.ofNullable(channel.attr(GATE).get());
    }

    /** Any thread. */
    SocketAddress client() {
        return channel.remoteAddress();
    }

    /** Whether a request is being answered. Any thread. */
    boolean isBusy() {
        return state == State.BUSY;
    }

    /** When it became so, on the system's monotonic clock. Any thread. */
    long since() {
        return since;
    }

    /** Ends the connection at once: TLS would wait for a client to read its farewell. Any thread. */
    void end() {
        if (channel.eventLoop().inEventLoop()) {
            channel.unsafe().close(channel.unsafe().voidPromise());
        } else {
            channel.eventLoop().execute(this::end);
        }
    }

    /** A route will say when the request of now is {@link #answered}. Any thread. */
    void routed() {
        routed = true;
    }

    /** The answer has been written by the server; any thread, after the write itself. */
    void answered() {
        channel.eventLoop().execute(() -> {
            ChannelFuture last = lastWrite;
            if (last == null) {
                next();
            } else {
                last.addListener(written -> next());
            }
        });
    }

    /** Calls back, on the event loop, when the answer to the request of now is with the kernel, or the connection ends. */
    void whenRead(Runnable then) {
        channel.eventLoop().execute(() -> {
            if (channel.isActive()) {
                whenRead.add(then);
            } else {
                then.run();
            }
        });
    }

    /**
     * The answer to the request of now has no end: what comes next of this client is its leaving, which is to be seen at once and not
     * by a write that fails. A further request would wait for ever. Any thread.
     */
    void endless() {
        channel.eventLoop().execute(() -> {
            if (state == State.BUSY && body == 0) {
                endless = true;
                if (held.isReadable()) {
                    end();
                } else {
                    channel.config().setAutoRead(true);
                }
            }
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (channel.isActive()) {
            await();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        await();
        context.fireChannelActive();
    }

    private void await() {
        if (deadline == null) {
            deadline = within(limits.timeouts().request());
        }
    }

    private ScheduledFuture<?> within(Duration time) {
        return channel.eventLoop().schedule(this::end, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void disarm() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (state == State.REFUSED) {
            bytes.release();
            return;
        }
        if (endless) {
            bytes.release();
            end();
            return;
        }
        if (!held.isReadable()) {
            ReferenceCountUtil.release(held);
            held = bytes;
        } else if (held.readableBytes() + bytes.readableBytes() > MOST_HELD) {
            bytes.release();
            end();
            return;
        } else {
            held = Unpooled.wrappedBuffer(held, bytes);
        }
        proceed(context);
    }

    private void proceed(ChannelHandlerContext context) {
        try {
            if (state == State.WAITING && held.isReadable()) {
                Optional<RequestHead> head = reader.read(held);
                head.ifPresent(complete -> pass(context, complete));
                if (head.isEmpty() && reader.hasBegun()) {
                    await();
                }
            }
            passBody(context);
        } catch (RefusedException e) {
            refuse(context, e);
        }
    }

    private void pass(ChannelHandlerContext context, RequestHead head) {
        enter(State.BUSY);
        routed = false;
        body = head.bodyBytes();
        lastWrite = null;
        if (body == 0) {
            disarm();
            channel.config().setAutoRead(false);
        }
        context.fireChannelRead(Unpooled.wrappedBuffer(HeadReader.bytes(head)));
        context.fireChannelReadComplete();
    }

    /** Nothing of a body is kept here: the server collects it, up to the same limit. */
    private void passBody(ChannelHandlerContext context) {
        if (state == State.BUSY && body > 0 && held.isReadable()) {
            ByteBuf part = held.readRetainedSlice((int) Math.min(body, held.readableBytes()));
            body -= part.readableBytes();
            if (body == 0) {
                disarm();
                channel.config().setAutoRead(false);
            }
            context.fireChannelRead(part);
            context.fireChannelReadComplete();
        }
    }

    private void next() {
        if (state != State.BUSY || !channel.isActive()) {
            return;
        }
        if (body > 0) {
            // Answered before all of it was read: what follows is not the beginning of a request.
            end();
            return;
        }
        enter(State.WAITING);
        endless = false;
        finished();
        ChannelHandlerContext context = channel.pipeline().context(this);
        proceed(context);
        if (state == State.WAITING) {
            channel.config().setAutoRead(true);
        }
    }

    private void enter(State next) {
        state = next;
        since = System.nanoTime();
    }

    /** The server asks for more whenever it pleases; epoll reads on as long as the channel does so by itself. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (state == State.REFUSED || state == State.BUSY && body == 0 && !endless) {
            channel.config().setAutoRead(false);
        } else {
            context.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (state == State.BUSY && !routed) {
            leave();
        }
        ChannelPromise written = promise.unvoid();
        lastWrite = written;
        context.write(message, written);
        if (!written.isDone()) {
            ScheduledFuture<?> unread = within(limits.timeouts().answer());
            written.addListener(done -> unread.cancel(false));
        }
    }

    private void refuse(ChannelHandlerContext context, RefusedException why) {
        log.refused(client(), why.getMessage());
        enter(State.REFUSED);
        disarm();
        held.release();
        held = Unpooled.EMPTY_BUFFER;
        channel.config().setAutoRead(false);
        String answer = "HTTP/1.1 " + why.status() + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        context.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        leave();
    }

    /** Also where the server answers by itself, before any route: nothing would tell when it has done so. */
    private void leave() {
        if (!leaving) {
            leaving = true;
            channel.eventLoop().schedule(() -> channel.close(), LINGER.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void finished() {
        List<Runnable> then = List.copyOf(whenRead);
        whenRead.clear();
        then.forEach(Runnable::run);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        disarm();
        finished();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }
}
