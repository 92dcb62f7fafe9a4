package dev.prefork.it.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** What a hostile client does to a management port. May be run any number of times, by several threads at once. */
public interface Attack {

    /**
     * Attacks for so long, on the calling thread, and closes what it opened. What the server does about it is no failure here.
     *
     * @throws IOException if this machine cannot attack, for want of descriptors say
     */
    void run(InetSocketAddress management, Duration atMost) throws IOException;
}
