package dev.prefork.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus.Exited;
import dev.prefork.worker.MasterSocket;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stopping worker and a client of HTTP/2 in clear text, frame by frame as in RFC 9113. */
@Timeout(120)
class GoAwayIT {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int END_STREAM_AND_HEADERS = 0x5;

    /** {@code GET http://x/}: three entries of HPACK's static table, and {@code :authority} with a literal. */
    private static final byte[] GET = {(byte) 0x82, (byte) 0x84, (byte) 0x86, 0x41, 1, 'x'};

    private record Frame(int type, byte[] payload) {}

    @Test
    void anOpenConnectionIsToldToGoAwayServedAndClosed() throws IOException {
        try (MasterSocket http = MasterSocket.tcp();
                TestWorker worker =
                        new TestWorker.Builder().listener("http", http).startServing();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            DataInputStream in = new DataInputStream(client.getInputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            send(out, SETTINGS, 0, 0, new byte[0]);
            send(out, HEADERS, END_STREAM_AND_HEADERS, 1, GET);
            assertThat(new String(next(in, DATA).payload(), StandardCharsets.UTF_8))
                    .isEqualTo(worker.name() + "\n");

            worker.terminate();
            ByteBuffer goAway = ByteBuffer.wrap(next(in, GOAWAY).payload());
            assertThat(goAway.getInt()).as("every stream is still served").isEqualTo(Integer.MAX_VALUE);
            assertThat(goAway.getInt()).as("no error").isZero();
            send(out, HEADERS, END_STREAM_AND_HEADERS, 3, GET);
            assertThat(new String(next(in, DATA).payload(), StandardCharsets.UTF_8))
                    .isEqualTo(worker.name() + "\n");
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(143));
            assertThat(worker.lines()).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
        }
    }

    private static void send(DataOutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags});
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    /** The next frame of that type; of DATA, one that holds something. */
    private static Frame next(DataInputStream in, int type) throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            Frame frame = new Frame(in.readUnsignedByte(), new byte[length]);
            in.readNBytes(5); // flags and stream
            in.readFully(frame.payload());
            if (frame.type() == type && length > 0) {
                return frame;
            }
        }
    }
}
