package dev.prefork.supervise;

import dev.prefork.os.Signal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The rules a supervisor follows. Immutable.
 *
 * <p>Times beyond {@link #LONGEST} are cut to it.
 *
 * @param workers how many workers to keep
 * @param recovery what follows an unexpected end
 * @param starting when a worker counts as started
 * @param stopping how the end is reached
 * @param watchdog what becomes of a worker that stops sending heartbeats; absent: nothing
 */
public record Policy(
        Workers workers, Recovery recovery, Starting starting, Stopping stopping, Optional<Watchdog> watchdog) {

    /** The longest duration that counts as such; a longer one is cut to it. A long holds 292 years of nanoseconds. */
    static final Duration LONGEST = Duration.ofDays(100 * 365);

    /** How many workers may be asked for where nothing else limits them: beyond that it is a slip of the finger. */
    public static final int MOST_WORKERS = 1024;

    /** Without a watchdog, and with any number of workers from 1 on. */
    public Policy(int workers, Recovery recovery, Starting starting, Stopping stopping) {
        this(Workers.of(workers), recovery, starting, stopping, Optional.empty());
    }

    /**
     * How many workers to keep.
     *
     * @param initial so many at first, at least 1
     * @param least how few of them may be asked for later, at least 1
     * @param most how many of them may be asked for later
     * @param replacing how they are replaced while they serve
     * @param standbys how many more are booted and accept nothing until one of these is missing
     */
    public record Workers(int initial, int least, int most, Replacing replacing, int standbys) {
        /** Without a standby. */
        public Workers(int initial, int least, int most, Replacing replacing) {
            this(initial, least, most, replacing, 0);
        }

        /** Replaced one at a time, without a standby. */
        public Workers(int initial, int least, int most) {
            this(initial, least, most, Replacing.ONE_MORE);
        }

        public Workers {
            if (initial < 1) {
                throw new IllegalArgumentException("workers must be at least 1, not " + initial);
            }
            if (least < 1 || least > initial || most < initial) {
                throw new IllegalArgumentException(
                        initial + " workers are not between " + least + " and " + most + ", or those below 1");
            }
            if (standbys < 0) {
                throw new IllegalArgumentException("standbys must not be negative: " + standbys);
            }
        }

        /** Any number from 1 on may be asked for later. */
        public static Workers of(int initial) {
            return new Workers(initial, 1, Math.max(initial, MOST_WORKERS));
        }

        /** The same with so many standbys. */
        public Workers withStandbys(int count) {
            return new Workers(initial, least, most, replacing, count);
        }

        /** What comes closest to {@code wanted}. */
        public int clamp(int wanted) {
            return Math.min(Math.max(wanted, least), most);
        }
    }

    /**
     * What follows an unexpected end.
     *
     * @param threshold more unexpected exits than this inside the window end the supervisor; 0 ends it at the first; absent:
     *     what {@link #defaultRecoverThreshold} says of the workers that are wanted at the time
     * @param window the sliding window of the threshold; zero means since the start
     * @param interval the wait before the first respawn of a slot; doubles with each further failure in a row
     * @param intervalMax the longest such wait, at least the interval; a worker that was ready for so long has ended the
     *     row of failures
     */
    public record Recovery(OptionalInt threshold, Duration window, Duration interval, Duration intervalMax) {
        public Recovery {
            if (threshold.orElse(0) < 0) {
                throw new IllegalArgumentException("threshold must not be negative: " + threshold.getAsInt());
            }
            window = cut("window", window);
            interval = cut("interval", interval);
            intervalMax = longer(interval, cut("intervalMax", intervalMax));
        }
    }

    /**
     * When a worker counts as started.
     *
     * @param timeout a worker that is not ready by then has failed
     * @param readiness what makes it ready
     * @param atOnce how many may be on their way there at the same time, at least 1
     * @param young how many of these may be in their {@link #YOUTH}, at least 1
     */
    public record Starting(Duration timeout, Readiness readiness, int atOnce, int young) {
        /**
         * For so long a start may have the processors to itself: of several that want more than there are all would be late, where one
         * after the other the first serves early and the last no later. One that takes longer waits for something else, or hangs.
         */
        public static final Duration YOUTH = Duration.ofSeconds(3);

        /** However young they are. */
        public Starting(Duration timeout, Readiness readiness, int atOnce) {
            this(timeout, readiness, atOnce, atOnce);
        }

        public Starting {
            timeout = cut("timeout", timeout);
            if (atOnce < 1 || young < 1) {
                throw new IllegalArgumentException("atOnce and young must be at least 1, not " + atOnce + ", " + young);
            }
        }
    }

    /**
     * How the end is reached.
     *
     * @param drainDelay for so long workers go on serving after an orderly stop was asked for
     * @param gracePeriod from the end of that to the SIGKILL of what still runs
     * @param signal what asks a worker to stop
     */
    public record Stopping(Duration drainDelay, Duration gracePeriod, Signal signal) {
        /** By SIGTERM. */
        public Stopping(Duration drainDelay, Duration gracePeriod) {
            this(drainDelay, gracePeriod, Signal.TERM);
        }

        public Stopping {
            drainDelay = cut("drainDelay", drainDelay);
            gracePeriod = cut("gracePeriod", gracePeriod);
        }
    }

    /**
     * What becomes of a ready worker that stops sending heartbeats.
     *
     * @param limit the longest silence, above zero
     * @param dumps whether SIGQUIT makes these workers write down what they are doing, rather than die
     * @param queue only while more connections than this wait to be accepted; absent: always
     */
    public record Watchdog(Duration limit, boolean dumps, OptionalInt queue) {
        public Watchdog {
            limit = cut("limit", limit);
            if (limit.isZero() || queue.orElse(0) < 0) {
                throw new IllegalArgumentException(
                        "limit must be above zero, queue not negative: " + limit + ", " + queue);
            }
        }
    }

    /**
     * How workers are replaced that serve: by a reload, or because they are old. As in a Deployment of Kubernetes, but that a worker that
     * ends counts until it is gone.
     *
     * @param pace how many at a time
     * @param soak for so long the first worker of a reload must serve before the others follow
     * @param lifetime for so long a worker may be ready; absent: for ever
     * @param lifetimeJitter so much longer or shorter, by chance, less than the lifetime
     */
    public record Replacing(Pace pace, Duration soak, Optional<Duration> lifetime, Duration lifetimeJitter) {
        /** A recycling that has failed is tried again after this. */
        public static final Duration RETRY = Duration.ofSeconds(30);

        /** The new one first, one at a time, and only when asked. */
        public static final Replacing ONE_MORE = new Replacing(1, 0, Duration.ZERO, Optional.empty(), Duration.ZERO);

        public int surge() {
            return pace.surge();
        }

        public int unavailable() {
            return pace.unavailable();
        }

        /** However much memory there is. */
        public Replacing(
                int surge, int unavailable, Duration soak, Optional<Duration> lifetime, Duration lifetimeJitter) {
            this(new Pace(surge, unavailable, false), soak, lifetime, lifetimeJitter);
        }

        public Replacing {
            soak = cut("soak", soak);
            lifetime = lifetime.map(time -> cut("lifetime", time));
            lifetimeJitter = cut("lifetimeJitter", lifetimeJitter);
            if (lifetime.isPresent() && lifetimeJitter.compareTo(lifetime.get()) >= 0) {
                throw new IllegalArgumentException(
                        "lifetimeJitter must be less than lifetime: " + lifetimeJitter + ", " + lifetime.get());
            }
        }
    }

    /**
     * How many are replaced at a time.
     *
     * @param surge so many processes more than wanted there may be
     * @param unavailable so many fewer may be ready
     * @param asksForRoom whether each is asked for first, and goes before its replacement starts where the memory carries none more
     */
    public record Pace(int surge, int unavailable, boolean asksForRoom) {
        /** The new one first, where there is room for it. */
        public static final Pace WITH_ROOM = new Pace(1, 0, true);

        public Pace {
            if (surge < 0 || unavailable < 0 || surge + unavailable == 0) {
                throw new IllegalArgumentException(
                        "surge and unavailable must not be negative, or both 0: " + surge + ", " + unavailable);
            }
        }
    }

    /** Half the workers, at least one: a pod that has lost that many in a minute is better judged by its kubelet. */
    public static int defaultRecoverThreshold(int workers) {
        return Math.max(1, workers / 2);
    }

    static Duration cut(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value.compareTo(LONGEST) > 0 ? LONGEST : value;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
