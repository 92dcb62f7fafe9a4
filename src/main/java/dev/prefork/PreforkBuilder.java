package dev.prefork;

import dev.prefork.app.Console;
import dev.prefork.library.ChildCommand;
import dev.prefork.library.Configuration;
import dev.prefork.library.Configuration.Call;
import dev.prefork.library.Failure;
import dev.prefork.library.Library;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.log.Log;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Collects a configuration; every setter returns this builder.
 *
 * <p>Threading: none. {@link #build} may be called more than once.
 */
public final class PreforkBuilder {
    private Call<SocketAddress> onListening = nothing();
    private Call<Integer> onChildSpawn = nothing();
    private Call<List<Integer>> onMasterReady = nothing();
    private Call<List<Integer>> onWorkersReady = nothing();
    private Call<Configuration.Recovered> onChildRecover = nothing();
    private Runnable onMasterDeath = () -> Runtime.getRuntime().halt(1);
    private ServeFunction serve;
    private ServeTlsFunction serveTls;
    private ChildCommand.Producer producer = command -> command.start(command.self(), Map.of());
    private Optional<String> name = Optional.empty();
    private boolean ownProgram = true;
    private Log log = Console::log;
    private Network network = Network.TCP4;
    private boolean reusePort;
    private boolean announced;
    private int backlog = 4096;
    private OptionalInt workers = OptionalInt.empty();
    private OptionalInt recoverThreshold = OptionalInt.empty();
    private Duration recoverWindow = Duration.ofSeconds(60);
    private Duration recoverInterval = Duration.ZERO;
    private Duration recoverIntervalMax = Duration.ofSeconds(30);
    private Duration startTimeout = Duration.ofSeconds(60);
    private Duration shutdownGracePeriod = Duration.ofSeconds(5);

    PreforkBuilder() {}

    /** One for all hooks: each lambda is linked when it first runs, in every child too. */
    private static <T> Call<T> nothing() {
        return what -> {};
    }

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

    /**
     * A name for the listener, which children find in {@code LISTEN_FDNAMES}; by default {@code http}. Several masters of one
     * process, each on a thread of its own, need a name each: in a child, only the call of that name serves, and the
     * others return at once.
     */
    public PreforkBuilder name(String value) {
        ListenSpec.requireName(value);
        name = Optional.of(value);
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
     * How long to wait at least before a child is replaced. Doubles with each failure in a row up to
     * {@link #recoverIntervalMax}; jitter adds up to 50 %. A stop signal interrupts it. Default zero.
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
     * that here. If it throws, the child ends at once too.
     *
     * <p>Threading: once, on a thread of its own.
     */
    public PreforkBuilder onMasterDeath(Runnable action) {
        onMasterDeath = Objects.requireNonNull(action, "action");
        return this;
    }

    /** See {@link Hooks.Listening}. */
    public PreforkBuilder onListening(Hooks.Listening hook) {
        onListening = Objects.requireNonNull(hook, "hook")::onListening;
        return this;
    }

    /** See {@link Hooks.ChildSpawn}. */
    public PreforkBuilder onChildSpawn(Hooks.ChildSpawn hook) {
        onChildSpawn = Objects.requireNonNull(hook, "hook")::onChildSpawn;
        return this;
    }

    /** Called exactly once, after the initial children were started; see {@link Hooks.Children}. */
    public PreforkBuilder onMasterReady(Hooks.Children hook) {
        onMasterReady = Objects.requireNonNull(hook, "hook")::onChildren;
        return this;
    }

    /** Called exactly once, when all of the initial children have been ready; see {@link Hooks.Children}. */
    public PreforkBuilder onWorkersReady(Hooks.Children hook) {
        onWorkersReady = Objects.requireNonNull(hook, "hook")::onChildren;
        return this;
    }

    /** See {@link Hooks.ChildRecover}. */
    public PreforkBuilder onChildRecover(Hooks.ChildRecover hook) {
        Objects.requireNonNull(hook, "hook");
        onChildRecover = recovered -> hook.onChildRecover(recovered.oldPid(), recovered.newPid());
        return this;
    }

    /** An own way to start children; by default this program is started again. */
    public PreforkBuilder commandProducer(CommandProducer value) {
        ownProgram = false;
        producer = Command.producedBy(Objects.requireNonNull(value, "commandProducer"));
        return this;
    }

    /** Where the master's lines go. If it throws, that is a hook's failure, with the name {@code logger}. */
    public PreforkBuilder logger(Logger value) {
        Objects.requireNonNull(value, "logger");
        log = entry -> {
            try {
                value.log(Logger.Level.valueOf(entry.level().name()), entry.text());
            } catch (Throwable e) {
                throw Failure.ofHook("logger", e);
            }
        };
        return this;
    }

    public Prefork build() {
        int children = workers.orElseGet(Library::workersByCgroup);
        Policy policy = new Policy(
                children,
                new Policy.Recovery(
                        OptionalInt.of(recoverThreshold.orElse(Policy.defaultRecoverThreshold(children))),
                        recoverWindow,
                        recoverInterval,
                        recoverIntervalMax),
                new Policy.Starting(startTimeout, readiness(), children),
                new Policy.Stopping(Duration.ZERO, shutdownGracePeriod));
        Configuration configuration = new Configuration(
                new ListenOptions(backlog, reusePort, children),
                policy,
                new Configuration.Hooks(onListening, onChildSpawn, onMasterReady, onWorkersReady, onChildRecover),
                new Configuration.Children(producer, name, announced, onMasterDeath),
                log);
        return new Prefork(configuration, network, serve, serveTls);
    }

    /** Children of this program say that they are ready; a producer's may be programs that do not know how to. */
    private Readiness readiness() {
        return announced || ownProgram ? Readiness.notification() : Readiness.unseen();
    }

    private static Duration notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value;
    }
}
