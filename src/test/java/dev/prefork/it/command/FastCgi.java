package dev.prefork.it.command;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One GET by the protocol FastCGI 1.0, as a web server in front of php-fpm sends it. */
final class FastCgi {
    private static final int BEGIN_REQUEST = 1;
    private static final int END_REQUEST = 3;
    private static final int PARAMS = 4;
    private static final int STDIN = 5;
    private static final int STDOUT = 6;
    private static final byte[] RESPONDER = {0, 1, 0, 0, 0, 0, 0, 0};

    private FastCgi() {}

    /** The body of the answer of a script; an IOException if the connection ends before it is complete. */
    static String get(SocketAddress server, String script) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server);
            socket.setSoTimeout((int) StartedMaster.SOON.toMillis());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            record(out, BEGIN_REQUEST, RESPONDER);
            record(
                    out,
                    PARAMS,
                    parameters(Map.of("REQUEST_METHOD", "GET", "SCRIPT_NAME", "/", "SCRIPT_FILENAME", script)));
            record(out, PARAMS, new byte[0]);
            record(out, STDIN, new byte[0]);
            String answer = answer(new DataInputStream(socket.getInputStream()));
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    private static void record(DataOutputStream out, int type, byte[] content) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(whole);
        data.write(new byte[] {1, (byte) type, 0, 1});
        data.writeShort(content.length);
        data.writeShort(0);
        data.write(content);
        out.write(whole.toByteArray());
    }

    private static byte[] parameters(Map<String, String> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        values.forEach((name, value) -> {
            out.write(name.length());
            out.write(value.length());
            out.writeBytes((name + value).getBytes(StandardCharsets.US_ASCII));
        });
        return out.toByteArray();
    }

    private static String answer(DataInputStream in) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (true) {
            in.readByte();
            int type = in.readUnsignedByte();
            in.readShort();
            int length = in.readUnsignedShort();
            int padding = in.readUnsignedByte();
            in.readByte();
            byte[] content = in.readNBytes(length);
            in.readNBytes(padding);
            if (type == STDOUT) {
                text.writeBytes(content);
            } else if (type == END_REQUEST) {
                return text.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
