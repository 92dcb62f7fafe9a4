package dev.prefork;

import java.nio.channels.ServerSocketChannel;
import javax.net.ssl.SSLContext;

/** What a child does with its listener when it is to speak TLS on it. */
@FunctionalInterface
public interface ServeTlsFunction {

    /**
     * Serves until there is nothing more to serve; {@code listenAndServeTls} returns when this does.
     *
     * <p>Threading: as for {@link ServeFunction#serve}.
     *
     * @param listener accepts plain TCP connections: wrapping them is the function's work
     * @param tls has the certificate chain and the key, for engines or sockets in server mode
     */
    void serve(ServerSocketChannel listener, SSLContext tls) throws Exception;
}
