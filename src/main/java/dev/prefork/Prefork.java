package dev.prefork;

import dev.prefork.library.Configuration;
import dev.prefork.library.Configuration.Call;
import dev.prefork.library.Failure;
import dev.prefork.library.Library;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;

/**
 * Preforks the program that calls it: the master binds and starts this same program again as children, which inherit the
 * listener and serve from it; it replaces children that die and ends with them.
 *
 * <p>The same call runs on both sides: in the master {@code listenAndServe} supervises until SIGTERM or SIGINT, then returns
 * with every child gone; in a child it calls the serve function and returns when that does. {@link #isChild} tells which
 * side this is.
 *
 * <p>Threading: configure it on one thread, then call one of the {@code listenAndServe} methods, which blocks. In the
 * master, the handlers of SIGTERM, SIGINT and SIGCHLD are taken for that time and put back. Several masters may run in one
 * process, each on a thread of its own and with a {@link PreforkBuilder#name} of its own: a signal reaches all of them. A master
 * whose thread is interrupted stops its children in order and throws {@link InterruptedException}.
 *
 * <p>Durations default to: grace period 5 s, recover window 60 s, recover interval zero, start timeout 60 s.
 */
public final class Prefork {
    final Configuration configuration;
    final Network network;
    private final ServeFunction serve;
    private final ServeTlsFunction serveTls;

    Prefork(Configuration configuration, Network network, ServeFunction serve, ServeTlsFunction serveTls) {
        this.configuration = configuration;
        this.network = network;
        this.serve = serve;
        this.serveTls = serveTls;
    }

    /** A new configuration with every default. */
    public static PreforkBuilder builder() {
        return new PreforkBuilder();
    }

    /** Whether this process is a child: started by a master, by this library's or by the executable's. */
    public static boolean isChild() {
        return Library.isChild();
    }

    /** The number of this child, 0 to workers − 1; empty in the master. */
    public static OptionalInt slot() {
        return Library.slot();
    }

    /**
     * Counts the children that have had this one's slot, from 1: with the slot it names this process. Empty in the master, and
     * under a master too old to say.
     */
    public static OptionalInt generation() {
        return Library.generation();
    }

    /** The leadership among the children of one master, for what only one of them should do. */
    public static Leader leader() {
        return new Leader();
    }

    /**
     * Tells the master that this child serves now; it matters with {@link PreforkBuilder#readyWhenNotified}. Does nothing in
     * the master.
     */
    public static void notifyReady() {
        try {
            Library.notifyReady();
        } catch (Failure failure) {
            throw PreforkException.of(failure);
        }
    }

    /**
     * Asks the master to replace this child: another one is started first, and once it serves, this one is asked to stop by
     * SIGTERM. Until then it should go on serving: if it exits with code 0 before, it is replaced at once, but missing until then. The successor
     * of a child that was replaced is heard once it has served for 30 s. Asking again has no effect; nor has it in the master. Any
     * thread may call it.
     */
    public static void requestRecycle() {
        try {
            Library.requestRecycle();
        } catch (Failure failure) {
            throw PreforkException.of(failure);
        }
    }

    /**
     * Serves on {@code address}, {@code host:port}, of the configured network; port 0 picks one. An address of the form
     * {@code unix:///path} listens on a path instead.
     *
     * @throws ListenFailedException if the address is not one or cannot be bound
     * @throws OverRecoveryException if too many children exited unexpectedly
     * @throws HookFailedException if a hook threw
     * @throws CommandProducerException if the command producer failed
     * @throws AnotherMasterException if one runs in this process that children could not tell from this
     * @throws MasterFailedException if something failed inside the master
     * @throws InheritedListenerException in a child that has no listener it could serve from
     * @throws SignalUnavailableException if the JVM keeps the signals to itself, as with {@code -Xrs}
     * @throws SystemCallException if the system refused what is needed, such as another descriptor
     * @throws UnsupportedPlatformException anywhere but on Linux
     * @throws Exception in a child, what the serve function throws
     */
    public void listenAndServe(String address) throws Exception {
        if (serve == null) {
            throw new IllegalStateException("no serve function is set; set one with serve(…)");
        }
        run(address, () -> serve::serve);
    }

    /**
     * The same with TLS, from PEM files: the certificate chain, server's first, and its private key (PKCS #8, PKCS #1 or
     * SEC 1). The master reads them too, so that bad ones are refused before anything is started.
     *
     * @throws TlsConfigurationException if they cannot be read or do not belong together
     * @throws Exception as {@link #listenAndServe} does
     */
    public void listenAndServeTls(String address, Path certificateFile, Path keyFile) throws Exception {
        run(address, () -> tls(Library.read(certificateFile), Library.read(keyFile)));
    }

    /**
     * The same with TLS, from the contents of PEM files.
     *
     * @throws TlsConfigurationException if they cannot be read or do not belong together
     * @throws Exception as {@link #listenAndServe} does
     */
    public void listenAndServeTls(String address, byte[] certificate, byte[] key) throws Exception {
        run(address, () -> tls(certificate, key));
    }

    private Call<ServerSocketChannel> tls(byte[] certificate, byte[] key) {
        if (serveTls == null) {
            throw new IllegalStateException("no serve function for TLS is set; set one with serveTls(…)");
        }
        SSLContext context = Library.tls(certificate, key);
        return listener -> serveTls.serve(listener, context);
    }

    private void run(String address, Callable<Call<ServerSocketChannel>> serving) throws Exception {
        try {
            if (address == null) {
                throw new Failure(
                        Failure.Kind.LISTENER, "the listen address is null; pass one such as 127.0.0.1:8080", null);
            }
            Library.run(configuration, network.address(address), serving.call());
        } catch (Failure failure) {
            throw PreforkException.of(failure);
        }
    }
}
