package dev.prefork.master;

import dev.prefork.supervise.Event;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a master can be told and asked for beside signals. Each is one message to its loop, which takes them in their order.
 *
 * <p>Threading: any thread; none waits. In what is asked for, {@code why} is a part of a log line.
 */
public final class Commands {
    private final Inbox inbox;
    private final AtomicLong requests = new AtomicLong();

    Commands(Inbox inbox) {
        this.inbox = inbox;
    }

    /** Asks for a stop, as a signal does: with {@code serveOn} as SIGTERM, otherwise as SIGINT. */
    public void stop(String why, boolean serveOn) {
        tell(new Event.StopAsked(why, serveOn, OptionalLong.of(System.nanoTime())));
    }

    /** Asks for so many workers, or the nearest number that is allowed. */
    public void scaleTo(int workers, String why) {
        tell(new Event.ScaleSet(workers, why));
    }

    /**
     * Asks for so many workers, and not for others if that is not allowed.
     *
     * @return the number of this request, which the reports of what comes of it name; there is none if there are so many already
     */
    public long requestWorkers(int workers, String why) {
        long request = requests.incrementAndGet();
        tell(new Event.ScaleSet(workers, why, OptionalLong.of(request)));
        return request;
    }

    /** Asks for so many workers more, or fewer, and otherwise as {@link #requestWorkers}. */
    public long requestChange(int by, String why) {
        long request = requests.incrementAndGet();
        tell(new Event.ScaleAsked(by, why, OptionalLong.of(request)));
        return request;
    }

    /** Has a worker replaced, the new one first; {@code why} follows its name in the log. */
    public void recycle(int pid, String why) {
        tell(new Event.RecycleAsked(pid, why));
    }

    /** Has a worker killed at once, and another one started in its place; {@code why} follows its name in the log. */
    public void kill(int pid, String why) {
        tell(new Event.KillAsked(pid, why));
    }

    /** Has a worker write down what its threads are doing: SIGQUIT, which ends a process that is not a JVM. */
    public void dump(int pid) {
        inbox.put(new Message.DumpAsked(pid));
    }

    /** Says that workers were to be replaced, and why that could not even begin. */
    public void reloadRefused(String why) {
        tell(new Event.ReloadRefused(why));
    }

    /** Says that a worker answered a probe as a ready one does. */
    public void probedReady(int pid) {
        tell(new Event.ReadyProbed(pid));
    }

    /** Has {@code task} run by the loop once it has done all that it was told and asked for before. It must not block. */
    public void afterwards(Runnable task) {
        inbox.put(new Message.Call(task));
    }

    private void tell(Event event) {
        inbox.put(new Message.Told(event));
    }
}
