package dev.prefork;

import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Collects a configuration; every setter returns this builder.
 *
 * <p>Threading: none. {@link #build} may be called more than once.
 */
public final class PreforkBuilder {
    Hooks.Listening onListening = address -> {};
    Hooks.ChildSpawn onChildSpawn = pid -> {};
    Hooks.Children onMasterReady = pids -> {};
    Hooks.Children onWorkersReady = pids -> {};
    Hooks.ChildRecover onChildRecover = (oldPid, newPid) -> {};
    Runnable onMasterDeath = () -> Runtime.getRuntime().halt(1);
    ServeFunction serve;
    ServeTlsFunction serveTls;
    CommandProducer producer;
    Logger logger = new DefaultLogger();
    Network network = Network.TCP4;
    boolean reusePort;
    boolean announced;
    int backlog = 4096;
    OptionalInt workers = OptionalInt.empty();
    OptionalInt recoverThreshold = OptionalInt.empty();
    Duration recoverWindow = Duration.ofSeconds(60);
    Duration recoverInterval = Duration.ZERO;
    Duration recoverIntervalMax = Duration.ofSeconds(30);
    Duration startTimeout = Duration.ofSeconds(60);
    Duration shutdownGracePeriod = Duration.ofSeconds(5);

    PreforkBuilder() {}

    /** What children do with their listener. */
    public PreforkBuilder serve(ServeFunction function) {
        serve = Objects.requireNonNull(function, "function");
        return this;
    }

    /** What children do with their listener and TLS. */
    public PreforkBuilder serveTls(ServeTlsFunction function) {
        serveTls = Objects.requireNonNull(function, "function");
        return this;
    }

    /** Default {@link Network#TCP4}. */
    public PreforkBuilder network(Network value) {
        network = Objects.requireNonNull(value, "network");
        return this;
    }

    /** How many children; by default one for each whole core of the cgroup's CPU quota, at least one, and
     * no more than its memory limit carries. */
    public PreforkBuilder workers(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("workers must be at least 1, not " + value);
        }
        workers = OptionalInt.of(value);
        return this;
    }

    /**
     * Gives each child a SO_REUSEPORT socket of its own. The master creates and keeps them all: a child that dies loses
     * no queued connection, and its successor gets the same socket. Off by default.
     */
    public PreforkBuilder reusePort(boolean value) {
        reusePort = value;
        return this;
    }

    /** How many connections may wait to be accepted; the kernel caps it at net.core.somaxconn. Default 4096. */
    public PreforkBuilder backlog(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("backlog must be at least 1, not " + value);
        }
        backlog = value;
        return this;
    }

    /**
     * More unplanned ends of children than this inside the window end the master with {@link OverRecoveryException}.
     * Default: half the children, at least 1. With 0 the first one does.
     */
    public PreforkBuilder recoverThreshold(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("recoverThreshold must not be negative: " + value);
        }
        recoverThreshold = OptionalInt.of(value);
        return this;
    }

    /** The sliding window of the threshold; zero counts since the start. Default 60 s. */
    public PreforkBuilder recoverWindow(Duration value) {
        recoverWindow = notNegative("recoverWindow", value);
        return this;
    }

    /**
     * How long to wait before a child is replaced. Doubles with each failure in a row up to {@link #recoverIntervalMax},
     * with ±50 % jitter. A stop signal interrupts it. Default zero.
     */
    public PreforkBuilder recoverInterval(Duration value) {
        recoverInterval = notNegative("recoverInterval", value);
        return this;
    }

    /** The longest wait before a child is replaced. Default 30 s. */
    public PreforkBuilder recoverIntervalMax(Duration value) {
        recoverIntervalMax = notNegative("recoverIntervalMax", value);
        return this;
    }

    /**
     * Children count as ready only when they call {@link Prefork#notifyReady}. By default a child is ready when its serve
     * function is called, and one that a {@link #commandProducer} starts also when it has been alive for one second.
     */
    public PreforkBuilder readyWhenNotified() {
        announced = true;
        return this;
    }

    /** A child that is not ready by then is killed and counts as failed. Default 60 s. */
    public PreforkBuilder startTimeout(Duration value) {
        if (value.isZero()) {
            throw new IllegalArgumentException("startTimeout must be positive, otherwise no child could become ready");
        }
        startTimeout = notNegative("startTimeout", value);
        return this;
    }

    /** How long children have from SIGTERM to SIGKILL. Default 5 s. */
    public PreforkBuilder shutdownGracePeriod(Duration value) {
        shutdownGracePeriod = notNegative("shutdownGracePeriod", value);
        return this;
    }

    /**
     * Called in a child when its master is gone; by default the child ends at once, with code 1. To end in order, start
     * that here.
     *
     * <p>Threading: once, on a thread of its own.
     */
    public PreforkBuilder onMasterDeath(Runnable action) {
        onMasterDeath = Objects.requireNonNull(action, "action");
        return this;
    }

    /** See {@link Hooks.Listening}. */
    public PreforkBuilder onListening(Hooks.Listening hook) {
        onListening = Objects.requireNonNull(hook, "hook");
        return this;
    }

    /** See {@link Hooks.ChildSpawn}. */
    public PreforkBuilder onChildSpawn(Hooks.ChildSpawn hook) {
        onChildSpawn = Objects.requireNonNull(hook, "hook");
        return this;
    }

    /** Called exactly once, after the initial children were started; see {@link Hooks.Children}. */
    public PreforkBuilder onMasterReady(Hooks.Children hook) {
        onMasterReady = Objects.requireNonNull(hook, "hook");
        return this;
    }

    /** Called exactly once, when all of the initial children have been ready; see {@link Hooks.Children}. */
    public PreforkBuilder onWorkersReady(Hooks.Children hook) {
        onWorkersReady = Objects.requireNonNull(hook, "hook");
        return this;
    }

    /** See {@link Hooks.ChildRecover}. */
    public PreforkBuilder onChildRecover(Hooks.ChildRecover hook) {
        onChildRecover = Objects.requireNonNull(hook, "hook");
        return this;
    }

    /** An own way to start children; by default this program is started again. */
    public PreforkBuilder commandProducer(CommandProducer value) {
        producer = Objects.requireNonNull(value, "commandProducer");
        return this;
    }

    /** Where the master's lines go. */
    public PreforkBuilder logger(Logger value) {
        logger = Objects.requireNonNull(value, "logger");
        return this;
    }

    public Prefork build() {
        return new Prefork(this, workers.orElseGet(PreforkBuilder::workersByCgroup));
    }

    private static int workersByCgroup() {
        return Sizing.auto(Readings.read(Path.of("/")), WorkerKind.JVM_BUILT_IN).workers();
    }

    private static Duration notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value;
    }
}
