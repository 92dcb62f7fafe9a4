package dev.prefork.app;

import dev.prefork.control.Access;
import dev.prefork.control.ControlServer;
import dev.prefork.log.EventName;
import dev.prefork.os.Posix;
import java.util.Optional;

/** The control socket of a master, or none: it was not wanted, or could not be made, which is said. Immutable. */
record ControlSocket(Optional<ControlServer> server) implements AutoCloseable {

    static ControlSocket begin(Posix posix, Access access, MasterActions requests) {
        return new ControlSocket(
                ControlServer.begin(posix, access, requests, line -> Console.warn(EventName.CONTROL_WARNING, line)));
    }

    @Override
    public void close() {
        server.ifPresent(ControlServer::close);
    }
}
