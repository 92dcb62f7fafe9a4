package dev.prefork;

import dev.prefork.handoff.Variables;
import dev.prefork.library.Pem;
import dev.prefork.supervise.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Preforks the program that calls it: the master binds and starts this same program again as children, which inherit the
 * listener and serve from it; it replaces children that die and ends with them.
 *
 * <p>The same call does both sides: in the master {@code listenAndServe} supervises until SIGTERM or SIGINT, then returns
 * with every child gone; in a child it calls the serve function and returns when that does. {@link #isChild} tells which
 * side this is.
 *
 * <p>Threading: configure it on one thread, then call one of the {@code listenAndServe} methods, which blocks. In the
 * master, the handlers of SIGTERM, SIGINT and SIGCHLD are taken for that time and put back.
 *
 * <p>Durations default to: grace period 5 s, recover window 60 s, recover interval zero, start timeout 60 s.
 */
public final class Prefork {

    final Hooks.Listening onListening;
    final Hooks.ChildSpawn onChildSpawn;
    final Hooks.Children onMasterReady;
    final Hooks.Children onWorkersReady;
    final Hooks.ChildRecover onChildRecover;
    final Runnable onMasterDeath;
    final ServeFunction serve;
    final ServeTlsFunction serveTls;
    final CommandProducer producer;
    final Logger logger;
    final Network network;
    final boolean reusePort;
    final boolean announced;
    final int backlog;
    final int workers;
    final int recoverThreshold;
    final Duration recoverWindow;
    final Duration recoverInterval;
    final Duration recoverIntervalMax;
    final Duration startTimeout;
    final Duration shutdownGracePeriod;

    Prefork(PreforkBuilder builder, int workers) {
        onListening = builder.onListening;
        onChildSpawn = builder.onChildSpawn;
        onMasterReady = builder.onMasterReady;
        onWorkersReady = builder.onWorkersReady;
        onChildRecover = builder.onChildRecover;
        onMasterDeath = builder.onMasterDeath;
        serve = builder.serve;
        serveTls = builder.serveTls;
        producer = builder.producer;
        logger = builder.logger;
        network = builder.network;
        reusePort = builder.reusePort;
        announced = builder.announced;
        backlog = builder.backlog;
        this.workers = workers;
        recoverThreshold = builder.recoverThreshold.orElse(Policy.defaultRecoverThreshold(workers));
        recoverWindow = builder.recoverWindow;
        recoverInterval = builder.recoverInterval;
        recoverIntervalMax = builder.recoverIntervalMax;
        startTimeout = builder.startTimeout;
        shutdownGracePeriod = builder.shutdownGracePeriod;
    }

    /** A new configuration with every default. */
    public static PreforkBuilder builder() {
        return new PreforkBuilder();
    }

    /** Whether this process is a child: started by a master, by this library's or by the executable's. */
    public static boolean isChild() {
        return Variables.isChild(System.getenv());
    }

    /** The number of this child, 0 to workers − 1; empty in the master. */
    public static OptionalInt slot() {
        String slot = System.getenv(Variables.SLOT);
        return isChild() && slot != null ? OptionalInt.of(Integer.parseInt(slot)) : OptionalInt.empty();
    }

    /**
     * Tells the master that this child serves now; it matters with {@link PreforkBuilder#readyWhenNotified}. Does nothing in
     * the master.
     */
    public static void notifyReady() {
        if (isChild()) {
            ChildSide.notifyReady();
        }
    }

    /**
     * Serves on {@code address}, {@code host:port}, of the configured network; port 0 picks one. An address of the form
     * {@code unix:///path} listens on a path instead.
     *
     * @throws dev.prefork.listen.ListenException if the address cannot be bound
     * @throws OverRecoveryException if too many children exited unexpectedly
     * @throws HookFailedException if a hook threw
     * @throws CommandProducerException if the command producer failed
     * @throws dev.prefork.os.UnsupportedPlatformException anywhere but on Linux
     * @throws Exception in a child, what the serve function throws
     */
    public void listenAndServe(String address) throws Exception {
        if (serve == null) {
            throw new IllegalStateException("no serve function is set; set one with serve(…)");
        }
        if (isChild()) {
            new ChildSide(this).serve(serve);
        } else {
            new MasterSide(this).run(address);
        }
    }

    /**
     * The same with TLS, from PEM files: the certificate chain, server's first, and its private key (PKCS #8, PKCS #1 or
     * SEC 1). The master reads them too, so that bad ones are refused before anything is started.
     */
    public void listenAndServeTls(String address, Path certificateFile, Path keyFile) throws Exception {
        listenAndServeTls(address, read(certificateFile), read(keyFile));
    }

    /** The same with TLS, from the contents of PEM files. */
    public void listenAndServeTls(String address, byte[] certificate, byte[] key) throws Exception {
        if (serveTls == null) {
            throw new IllegalStateException("no serve function for TLS is set; set one with serveTls(…)");
        }
        var context =
                Pem.context(new String(certificate, StandardCharsets.UTF_8), new String(key, StandardCharsets.UTF_8));
        if (isChild()) {
            new ChildSide(this).serve(listener -> serveTls.serve(listener, context));
        } else {
            new MasterSide(this).run(address);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
