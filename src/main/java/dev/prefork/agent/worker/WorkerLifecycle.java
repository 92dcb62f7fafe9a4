package dev.prefork.agent.worker;

import dev.prefork.notify.Notifier;
import dev.prefork.os.Posix;
import dev.prefork.worker.AdoptionException;
import dev.prefork.worker.Doors;
import dev.prefork.worker.Inheritance;
import dev.prefork.worker.InheritedTransport;
import dev.prefork.worker.Lifeline;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * Ties a worker's start and stop to the application's own, whoever wrote its main method.
 *
 * <p>Threading: observers run on Quarkus' main thread, or in the JVM's shutdown hook.
 */
@ApplicationScoped
class WorkerLifecycle {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");
    private static final int EARLY = 1;

    /** Filters run from the highest priority down. */
    private static final int FIRST = 10_000;

    private final Doors doors = Doors.ofThisProcess();

    /** The last moment before the HTTP servers bind: what cannot be adopted must not be served in some other way. */
    void starting(@Observes @Priority(EARLY) StartupEvent event) {
        Inheritance inheritance = inheritance();
        if (!inheritance.isEmpty()) {
            InheritedTransport.obstacle().ifPresent(why -> {
                throw refusal("The native epoll transport is missing (" + why + "), so the passed listeners cannot be"
                        + " adopted; allow it to be unpacked and executed in " + System.getProperty("java.io.tmpdir")
                        + ", and have io.netty:netty-transport-native-epoll for this architecture");
            });
        }
        if (inheritance.parent() == Inheritance.Parent.MASTER) {
            Lifeline.watch(Posix.system(), System.getenv(), new Orphan(GracePeriod.of(System.getenv())));
        }
        if (inheritance.isWorker()) {
            Readiness.await(doors, inheritance, notifier());
        }
    }

    /** Comes before Quarkus waits for the requests in flight. Whoever was accepted by now still gets an answer. */
    void stopping(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        if (inheritance().isWorker()) {
            notifier().stopping();
            if (doors.close()) {
                LOG.info("Stopping: accepts no more connections, finishes its requests");
            }
            doors.awaitConnections(GracePeriod.lastRequests(System.getenv()));
        }
    }

    /**
     * Tells clients that keep connections alive to connect anew. Quarkus does so too, from about the same moment: which of
     * the two comes first is left to the order of its listeners, and without the header the wait above would be in vain.
     */
    void lastAnswers(@Observes Filters filters) {
        if (inheritance().isWorker()) {
            filters.register(this::lastAnswer, FIRST);
        }
    }

    private void lastAnswer(RoutingContext request) {
        // HTTP/2 forbids the header; there Quarkus sends GOAWAY.
        if (doors.isClosed() && request.request().version() == HttpVersion.HTTP_1_1) {
            request.response().headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            request.addEndHandler(answered -> request.request().connection().close());
        }
        request.next();
    }

    /** The same, late, for an application built with quarkus.shutdown.delay-enabled=false, and after a failed start. */
    void stopped(@Observes ShutdownEvent event) {
        doors.close();
    }

    private static Notifier notifier() {
        return Notifier.fromEnvironment(Posix.system(), System.getenv());
    }

    private static Inheritance inheritance() {
        try {
            return Inheritance.ofThisProcess();
        } catch (AdoptionException e) {
            throw refusal(e.getMessage());
        }
    }

    /** Quarkus prints the message of this exception without a stack trace. */
    private static ConfigurationException refusal(String message) {
        return new ConfigurationException("prefork: " + message);
    }
}
