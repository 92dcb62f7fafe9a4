package dev.prefork.quarkus.worker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.prefork.config.DurationText;
import dev.prefork.config.Option;
import dev.prefork.config.Options;
import dev.prefork.http.AnyCertificate;
import dev.prefork.warmup.WarmupConnection;
import dev.prefork.warmup.WarmupPlan;
import dev.prefork.warmup.WarmupRequests;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * The requests that a worker sends to itself between its start and its readiness. They come over a listener on the loopback
 * interface that exists for as long as they take: the inherited ones are shared, so that a sibling might answer, and a
 * client's connection be accepted too early. From there on all is what a client's request meets.
 *
 * <p>Threading: {@link #run} on the thread that makes the worker ready, {@link #close} on any.
 */
final class Warmup implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");
    private static final String INSECURE_REQUESTS = "quarkus.http.insecure-requests";
    private static final Duration LAST_STEPS = Duration.ofSeconds(1);

    /** Without a path: Vert.x refuses it before any route, filter or access log of the application sees it. */
    private static final byte[] MALFORMED = "GET\r\n\r\n".getBytes(US_ASCII);

    /** How long the steps between the last request and readiness may take: twice the above, and some. */
    private static final Duration UNTIL_READY = Duration.ofSeconds(3);

    private final AcceptGate gate;
    private final WarmupPlan plan;
    private final Duration timeToStart;
    private final Consumer<String> problems;
    private Optional<WarmupRequests> running = Optional.empty();
    private boolean closed;

    Warmup(AcceptGate gate, Map<String, String> environment) {
        this(gate, environment, LOG::warn);
    }

    /** @param problems is told each in a line */
    Warmup(AcceptGate gate, Map<String, String> environment, Consumer<String> problems) {
        this.gate = gate;
        this.plan = plan(environment);
        this.timeToStart = timeToStart(environment);
        this.problems = problems;
    }

    /** What the master passes on is checked; an application may have been started by hand. */
    static WarmupPlan plan(Map<String, String> environment) {
        String paths = environment.getOrDefault(Option.variable(Options.WARMUP_PATHS), "");
        String number = environment
                .getOrDefault(Option.variable(Options.WARMUP_NUMBER), Options.WARMUP_NUMBER_DEFAULT)
                .strip();
        return new WarmupPlan(
                Stream.of(paths.split(","))
                        .map(String::strip)
                        .filter(path -> path.startsWith("/"))
                        .toList(),
                number.matches("\\d{1,9}") ? Integer.parseInt(number) : 0,
                timeToStart(environment).dividedBy(2));
    }

    /**
     * What is left of the start timeout: the master counts from the start of the process, and kills a worker that is not ready
     * then.
     *
     * @param age of this process
     */
    static Duration left(Duration timeToStart, Duration age) {
        Duration reserve = GracePeriod.shorter(UNTIL_READY, timeToStart.dividedBy(4));
        Duration left = timeToStart.minus(age).minus(reserve);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The same at this moment. */
    Duration leftOfStart() {
        return left(timeToStart, age());
    }

    /** What else may keep it from being ready: not so much that it would be too late for that. */
    Duration waitForHealth() {
        return GracePeriod.shorter(leftOfStart(), timeToStart.dividedBy(2));
    }

    /** Zero where the system does not say, or its clock was set meanwhile. */
    private static Duration age() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, Instant.now()))
                .filter(age -> !age.isNegative())
                .orElse(Duration.ZERO);
    }

    /** A plain server that only redirects to the other one runs none of the application's code. */
    static List<ServerKind> order(Optional<String> insecureRequests) {
        return insecureRequests.filter("redirect"::equalsIgnoreCase).isPresent()
                ? List.of(ServerKind.TLS, ServerKind.PLAIN)
                : List.of(ServerKind.PLAIN, ServerKind.TLS);
    }

    private static Duration timeToStart(Map<String, String> environment) {
        try {
            return DurationText.parse(environment
                    .getOrDefault(Option.variable(Options.TIME_TO_START), Options.TIME_TO_START_DEFAULT)
                    .strip());
        } catch (IllegalArgumentException e) {
            return DurationText.parse(Options.TIME_TO_START_DEFAULT);
        }
    }

    /** Returns when the requests are answered, have had their time, or the worker is to stop. */
    void run() throws InterruptedException {
        if (!plan.isEmpty() && !onFirstListener(this::ask) && gate.isShut()) {
            problems.accept(
                    "there is no warm-up: none of the application's HTTP servers has a listener of the master's, or none"
                            + " can listen on the loopback interface; the worker starts without it, leave out --warmup or look at"
                            + " that");
        }
    }

    /**
     * The least that can be done without a request, whose consequences only the application knows: one connection, and a malformed
     * request, which the server itself refuses. For a standby: its first client would wait for the loading of all that takes, while the
     * next standby already boots. A TLS server only gets as far as its listener: it would log the handshake that does not come, and
     * one that does may need a certificate.
     */
    void connect() throws InterruptedException {
        if (plan.isEmpty()) {
            onFirstListener((address, kind) -> {
                if (kind == ServerKind.PLAIN) {
                    comeAndGo(address);
                }
            });
        }
    }

    /** What is done with a listener of this process' own. */
    private interface Use {
        void of(InetSocketAddress address, ServerKind kind) throws InterruptedException;
    }

    /** False if there is none. */
    private boolean onFirstListener(Use use) throws InterruptedException {
        for (ServerKind kind : order(ConfigProvider.getConfig().getOptionalValue(INSECURE_REQUESTS, String.class))) {
            Optional<Channel> listener = gate.listenToItself(kind);
            if (listener.isPresent()) {
                try {
                    use.of((InetSocketAddress) listener.get().localAddress(), kind);
                } finally {
                    gate.listenNoMore(listener.get());
                }
                return true;
            }
        }
        return false;
    }

    private void comeAndGo(InetSocketAddress address) throws InterruptedException {
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            client.setSoTimeout((int) LAST_STEPS.toMillis());
            client.getOutputStream().write(MALFORMED);
            client.shutdownOutput();
            // The server answers 400 and closes.
            client.getInputStream().readAllBytes();
        } catch (IOException e) {
            LOG.debug("The connection to itself failed, so the first client waits a little longer", e);
        }
        gate.awaitLoops(LAST_STEPS);
        WarmupMetrics.forget();
    }

    private void ask(InetSocketAddress address, ServerKind kind) throws InterruptedException {
        WarmupConnection.Opener opener = kind == ServerKind.TLS
                ? () -> secured(address)
                : () -> new Socket(address.getAddress(), address.getPort());
        Duration atMost = GracePeriod.shorter(plan.atMost(), leftOfStart());
        WarmupRequests requests =
                new WarmupRequests(new WarmupPlan(plan.paths(), plan.requests(), atMost), opener, problems);
        synchronized (this) {
            if (closed) {
                return;
            }
            running = Optional.of(requests);
        }
        long start = System.nanoTime();
        int answered = requests.run();
        LOG.infof("warmed up by %d requests in %.2f s", answered, (System.nanoTime() - start) / 1e9);
        // An answer is with its client before the last steps of its request, such as counting it, have run.
        gate.connections().awaitGone(LAST_STEPS);
        gate.awaitLoops(LAST_STEPS);
        WarmupMetrics.forget();
    }

    private static Socket secured(InetSocketAddress address) throws IOException {
        try {
            return AnyCertificate.over(new Socket(address.getAddress(), address.getPort()), address);
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS: " + e.getMessage(), e);
        }
    }

    /** The worker stops: the request under way, however slow, is not waited for. */
    @Override
    public synchronized void close() {
        closed = true;
        running.ifPresent(WarmupRequests::close);
    }
}
