package dev.prefork.control;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Peer;
import dev.prefork.os.Posix;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;
import jnr.constants.platform.Errno;

/**
 * The server's end of a connection: takes one request and sends what is answered. It never blocks, and closes itself when it is over, or
 * its client takes too long. For the control socket's thread.
 */
final class Connection {
    private static final int AT_ONCE = 1 << 16;

    private final Posix posix;
    private final Limits limits;
    private final int fd;
    private final Peer peer;
    private final Frame request = new Frame(Limits.LONGEST_REQUEST);
    private final Deque<byte[]> unsent = new ArrayDeque<>();
    private int unsentBytes;
    private Optional<Course> course = Optional.empty();
    private boolean following;
    private boolean answered;
    private boolean over;
    private boolean open = true;
    private final long since = System.nanoTime();

    /** When it last sent or took in anything. */
    private long lastSign;

    /** When it was last sent anything. */
    private long lastWord;

    Connection(Posix posix, Limits limits, int fd, Peer peer) {
        this.posix = posix;
        this.limits = limits;
        this.fd = fd;
        this.peer = peer;
        this.lastSign = since;
        this.lastWord = lastSign;
    }

    int fd() {
        return fd;
    }

    Peer peer() {
        return peer;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether its request has no end of its own. */
    boolean isFollowing() {
        return open && following;
    }

    void follows() {
        following = true;
    }

    /** Whether its request is being worked on and there may be more to say. */
    boolean isInCourse() {
        return open && course.isPresent() && !answered;
    }

    boolean hasUnsent() {
        return open && !unsent.isEmpty();
    }

    int unsentBytes() {
        return unsentBytes;
    }

    /**
     * From when on it is closed if others need its place; {@link Long#MAX_VALUE} if it has asked for something, and so is owed an answer.
     * It counts from the connection on: one that sends a byte now and then would keep its place for hours otherwise.
     */
    long givesWayFrom() {
        return course.isEmpty() && !answered ? since + limits.start().toNanos() : Long.MAX_VALUE;
    }

    boolean givesWay(long now) {
        return givesWayFrom() != Long.MAX_VALUE && givesWayFrom() - now <= 0;
    }

    /** Takes in what the client has sent; {@code begin} says what becomes of its request. */
    void read(Function<Request, Course> begin, long now) {
        byte[] buffer = new byte[Frame.HEADER + Limits.LONGEST_REQUEST];
        int count;
        try {
            count = posix.read(fd, buffer);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EAGAIN) {
                close();
            }
            return;
        }
        if (count == 0) {
            // A client that only has no more to say would shut down its end; none of ours does.
            close();
        } else if (course.isEmpty()) {
            lastSign = now;
            request.add(buffer, count);
            begin(begin, now);
        } else {
            end(Answer.refused("a connection carries one request"), now);
        }
    }

    private void begin(Function<Request, Course> begin, long now) {
        try {
            request.next().map(Request::parse).ifPresent(asked -> course = Optional.of(begin.apply(asked)));
        } catch (BadMessageException e) {
            end(Answer.refused("bad request: " + e.getMessage()), now);
        }
    }

    /** Looks at what there is to say. */
    void look(long now) {
        for (Answer answer : course.orElseThrow().look()) {
            say(answer, now);
        }
        if (isInCourse()
                && unsent.isEmpty()
                && now - lastWord > limits.patience().toNanos()) {
            // So that a client can tell a long reload from a master that has stopped responding.
            say(new Answer(Answer.Kind.PROGRESS, "null"), now);
        }
    }

    private void say(Answer answer, long now) {
        if (!open || answered) {
            return;
        }
        byte[] frame = Frame.of(answer.text());
        if (frame.length > Frame.HEADER + Limits.LONGEST_ANSWER) {
            end(Answer.refused("the answer would be longer than " + Limits.LONGEST_ANSWER + " bytes"), now);
            return;
        }
        if (unsent.isEmpty()) {
            lastSign = now;
        }
        lastWord = now;
        unsent.add(frame);
        unsentBytes += frame.length;
        answered = answer.isLast();
        if (answered) {
            over();
        }
        write(now);
    }

    /** Says this and no more. */
    void end(Answer last, long now) {
        if (answered) {
            close();
            return;
        }
        unsent.clear();
        unsentBytes = 0;
        say(last, now);
    }

    /** Sends as much as the client's buffer takes. */
    void write(long now) {
        try {
            while (open && !unsent.isEmpty()) {
                byte[] next = unsent.peek();
                byte[] part = next.length <= AT_ONCE ? next : Arrays.copyOf(next, AT_ONCE);
                int sent = posix.send(fd, part);
                lastSign = now;
                unsentBytes -= sent;
                unsent.remove();
                if (sent < next.length) {
                    unsent.addFirst(Arrays.copyOfRange(next, sent, next.length));
                }
            }
            if (answered) {
                close();
            }
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EAGAIN) {
                close();
            }
        }
    }

    /** When it has waited for the client for long enough; {@link Long#MAX_VALUE} if it is the client that waits. */
    long deadline() {
        return course.isEmpty() || !unsent.isEmpty()
                ? lastSign + limits.patience().toNanos()
                : Long.MAX_VALUE;
    }

    void expire(long now) {
        if (course.isEmpty() && !answered) {
            end(Answer.refused("no request within " + limits.patience().toSeconds() + " s"), now);
        }
        close();
    }

    void close() {
        if (open) {
            open = false;
            over();
            unsent.clear();
            unsentBytes = 0;
            posix.close(fd);
        }
    }

    private void over() {
        if (!over) {
            over = true;
            course.ifPresent(Course::over);
        }
    }
}
