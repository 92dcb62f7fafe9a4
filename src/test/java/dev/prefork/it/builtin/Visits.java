package dev.prefork.it.builtin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What visitors saw that came one after the other. Each has a connection of its own, and whoever is not answered soon tries
 * again with another, as clients with a time limit do: what a hung worker has accepted is lost. Immutable.
 *
 * @param answered how many of them each worker has answered, by pid
 * @param lost how many connections brought no answer
 * @param longestNanos how long the unluckiest visitor had to try
 */
record Visits(Map<Long, Integer> answered, int lost, long longestNanos) {
    private static final int PATIENCE_MILLIS = 500;
    private static final Pattern ANSWER = Pattern.compile("^HTTP/1\\.1 200 .*\\(pid (\\d+)\\)", Pattern.DOTALL);
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);

    /** Visits a server of built-in workers on this machine until somebody says that it is enough. */
    static Visits until(AtomicBoolean enough, int port) {
        Map<Long, Integer> answered = new TreeMap<>();
        int lost = 0;
        long longest = 0;
        long arrival = System.nanoTime();
        while (!enough.get()) {
            OptionalLong pid = visit(port);
            if (pid.isPresent()) {
                answered.merge(pid.getAsLong(), 1, Integer::sum);
                arrival = System.nanoTime();
            } else {
                lost++;
                longest = Math.max(longest, System.nanoTime() - arrival);
            }
        }
        return new Visits(answered, lost, longest);
    }

    private static OptionalLong visit(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(REQUEST);
            Matcher answer = ANSWER.matcher(new String(socket.getInputStream().readAllBytes(), US_ASCII));
            return answer.find() ? OptionalLong.of(Long.parseLong(answer.group(1))) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
