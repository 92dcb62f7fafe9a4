package dev.prefork.quarkus.common;

import io.quarkus.arc.Arc;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * Walks the way out once while there is time, so that the real exit is quick. Nearly all of a stop without requests goes into
 * code that runs for the first time: the JVM loads its classes and links its lambdas and string concatenations one by one.
 * The two most expensive parts can be done beforehand without touching what serves: closing a Vert.x, here a small one of its own
 * that are unused, and the text in which Quarkus' container tells its log that it ends. Together they halve the exit.
 *
 * <p>Threading: any thread, once, when nothing is urgent; takes some 50 ms of it. A failure has no consequence.
 */
public final class ExitWarmup {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");
    private static final long PATIENCE_SECONDS = 10;

    private ExitWarmup() {}

    /** The part that masters and workers have in common. */
    public static void perform() {
        perform(() -> {});
    }

    /** @param own what else this process will have to do, and can do now without consequence */
    public static void perform(Runnable own) {
        try {
            own.run();
            LOG.debugf("Warmed up the exit of %s", Arc.container().toString());
            closeAnotherVertx();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            // Errors as well: a thread that the pod's limit forbids (pids.max) or a class that is missing would
            // otherwise end a healthy process, for nothing but a quicker exit some day.
            LOG.debug("The exit warm-up failed, so the first exit takes a little longer", e);
        }
    }

    private static void closeAnotherVertx() throws InterruptedException, ExecutionException, TimeoutException {
        FileSystemOptions withoutFiles =
                new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(prefersNativeTransport())
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(withoutFiles));
        Verticle idle = new AbstractVerticle() {};
        try {
            await(vertx.deployVerticle(idle, new DeploymentOptions()).compose(vertx::undeploy));
        } finally {
            // Not composed with the above: what follows on one of its event loops would come after their end.
            await(vertx.close());
        }
    }

    /** As the one that serves: of the other transport nothing would be needed at the exit. */
    private static boolean prefersNativeTransport() {
        return ConfigProvider.getConfig()
                .getOptionalValue("quarkus.vertx.prefer-native-transport", Boolean.class)
                .orElse(false);
    }

    private static void await(Future<Void> future) throws InterruptedException, ExecutionException, TimeoutException {
        future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
