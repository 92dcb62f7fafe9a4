package dev.prefork.master;

import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Level;
import dev.prefork.log.Log;
import dev.prefork.notify.Allowance;
import dev.prefork.notify.Notification;
import dev.prefork.notify.Notification.Sign;
import dev.prefork.notify.NotifySocket;
import dev.prefork.notify.NotifySockets.Received;
import dev.prefork.notify.Sender;
import dev.prefork.supervise.Event;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * What workers send: whose it is, what the supervisor is told of it, and what the log.
 *
 * <p>The rule. A message is the worker's whose socket it came to, if its sender is that worker, in its session, its process
 * group or a descendant of these; behind a shell it is not the worker itself that serves. A living sender that belongs to
 * another worker, or to none, is refused, however it came by the name; the session comes first, since a process cannot choose it. Of a
 * sender that is gone nothing can be learnt any more: then the socket alone decides. Its name is told to one worker only, but
 * any process in the same network namespace can find it in /proc/net/unix: this protects from mistakes and not from an enemy. So
 * what would end a worker or take it out of service, STOPPING=1, PREFORK_RECYCLE=1 and PREFORK_HEALTH=, is not taken from such a sender:
 * a worker that stops, or serves until it is replaced, is alive.
 *
 * <p>What a worker can cause to be logged is bounded: each kind of line once in its life, its status so often.
 *
 * <p>Threading: the master's thread only, but for {@link #refused}.
 */
final class Notifications {
    private static final int STATUS_LINES_AT_ONCE = 5;
    private static final double STATUS_LINES_PER_SECOND = 0.1;
    private static final String SENDER_GONE = ", which is ignored: its sender has exited before it could be looked up;"
            + " let it wait for the message to be read, as systemd-notify does by itself";

    /** A reason is a list of checks, each with its name, a colon and why. */
    private static final Pattern WHY = Pattern.compile(": [^;]*");

    private final IntPredicate isWorker;
    private final IntPredicate isStopping;
    private final Log log;
    private final Map<Integer, Lines> lines = new HashMap<>();
    private volatile long refused;

    private enum Kind {
        MAINPID,
        UNKNOWN,
        RECYCLE,
        HEALTH,
        SENDER
    }

    /** What is logged about one worker. */
    private final class Lines {
        private final NotifySocket worker;
        private final Set<Kind> logged = EnumSet.noneOf(Kind.class);
        private final Allowance statuses;
        private final Allowance healths;
        private String lastStatus = "";
        private Optional<String> lastDown = Optional.empty();

        private Lines(NotifySocket socket, long now) {
            worker = socket;
            statuses = new Allowance(STATUS_LINES_AT_ONCE, STATUS_LINES_PER_SECOND, now);
            healths = new Allowance(STATUS_LINES_AT_ONCE, STATUS_LINES_PER_SECOND, now);
        }

        /** Of the checks that are DOWN: why they are may differ each time, as a number of tries does. */
        private static String names(String reason) {
            return WHY.matcher(reason).replaceAll("");
        }

        private void once(Kind kind, Level level, String line) {
            if (logged.add(kind)) {
                log.log(Entry.ofWorker(worker.slot(), worker.worker(), level, EventName.WORKER_MESSAGE_REFUSED, line));
            }
        }

        private void status(String text, long now) {
            boolean changed = !text.equals(lastStatus);
            lastStatus = text;
            if (changed && !text.isEmpty() && statuses.take(now)) {
                log.log(Entry.ofWorker(
                        worker.slot(), worker.worker(), Level.INFO, EventName.WORKER_STATUS, "says: " + text));
            }
        }

        /** By what was logged last: where a line was one too many, it comes with the next message, and what it says is true then. */
        private void health(Optional<String> down, long now) {
            if (!down.map(Lines::names).equals(lastDown.map(Lines::names)) && healths.take(now)) {
                lastDown = down;
                Level level = down.isPresent() ? Level.WARN : Level.INFO;
                String line = down.map(reason -> "is not ready: its own checks are DOWN: " + reason)
                        .orElse("is ready again: its own checks are UP");
                log.log(Entry.ofWorker(worker.slot(), worker.worker(), level, EventName.WORKER_HEALTH, line));
            }
        }
    }

    /** @param isStopping whether a worker is on its way out: that it is not ready then is not worth a line */
    Notifications(IntPredicate isWorker, IntPredicate isStopping, Log log) {
        this.isWorker = isWorker;
        this.isStopping = isStopping;
        this.log = log;
    }

    /** What the supervisor is to be told. */
    List<Event> read(Received received, long now) {
        int worker = received.socket().worker();
        if (!isWorker.test(worker)) {
            // Reaped meanwhile; what is left of its group has nothing to tell.
            return List.of();
        }
        Lines of = lines.computeIfAbsent(worker, ignored -> new Lines(received.socket(), now));
        if (!isFrom(worker, received.sender(), of)) {
            refused++;
            return List.of();
        }
        Notification notification = received.notification();
        notification.status().ifPresent(text -> of.status(text, now));
        if (notification.says(Sign.MAINPID)) {
            String line = "sent MAINPID, which is ignored: the main process of a worker cannot change";
            of.once(Kind.MAINPID, Level.WARN, line);
        }
        notification.unknown().ifPresent(name -> {
            String line = "sent " + name + ", which is ignored: Prefork does not know it";
            of.once(Kind.UNKNOWN, Level.INFO, line);
        });
        boolean gone = received.sender().isGone();
        if (notification.says(Sign.RECYCLE) && gone) {
            of.once(Kind.RECYCLE, Level.WARN, "sent PREFORK_RECYCLE=1" + SENDER_GONE);
        }
        notification.health().ifPresent(health -> {
            if (gone) {
                of.once(Kind.HEALTH, Level.WARN, "sent PREFORK_HEALTH" + SENDER_GONE);
            } else if (!isStopping.test(worker)) {
                of.health(health.down(), now);
            }
        });
        return events(worker, notification, received.sender());
    }

    private static List<Event> events(int worker, Notification notification, Sender sender) {
        List<Event> events = new ArrayList<>();
        notification.status().ifPresent(text -> events.add(new Event.StatusNotified(worker, text)));
        // Before it is ready: it is not to count for a moment.
        notification
                .health()
                .filter(health -> !sender.isGone())
                .ifPresent(health -> events.add(new Event.HealthNotified(worker, health.down())));
        if (notification.says(Sign.READY)) {
            events.add(new Event.ReadyNotified(worker));
        }
        if (notification.says(Sign.WATCHDOG)) {
            events.add(new Event.WatchdogNotified(worker));
        }
        if (notification.says(Sign.RECYCLE) && !sender.isGone()) {
            events.add(new Event.RecycleAsked(worker, "it asked for that (PREFORK_RECYCLE=1)", true));
        }
        if (notification.says(Sign.STOPPING) && !sender.isGone()) {
            events.add(new Event.StoppingNotified(worker));
        }
        return events;
    }

    private boolean isFrom(int worker, Sender sender, Lines of) {
        OptionalInt from = sender.worker(isWorker);
        if (sender.isGone() || from.equals(OptionalInt.of(worker))) {
            return true;
        }
        String origin = from.isPresent() ? " belongs to the worker with pid " + from.getAsInt() : " is not a worker's";
        String line = "did not send what came in its name, which is ignored: "
                + (sender.isOutside() ? "its sender is in another pid namespace" : "pid " + sender.pid() + origin);
        of.once(Kind.SENDER, Level.WARN, line);
        return false;
    }

    /** The worker is gone, and with it what was said about it. */
    void forget(int worker) {
        lines.remove(worker);
    }

    /** How many notifications were refused for their sender. */
    long refused() {
        return refused;
    }
}
