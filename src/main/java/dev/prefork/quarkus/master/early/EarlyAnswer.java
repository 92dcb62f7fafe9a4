package dev.prefork.quarkus.master.early;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * An answer of HTTP/1.1 after which the connection is closed: none is kept over the hand-over to Quarkus. Immutable.
 *
 * @param status with its reason, such as {@code 200 OK}
 * @param headers further ones, each with its line end
 */
record EarlyAnswer(String status, String headers, String body) {
    private static final String JSON = "content-type: application/json; charset=UTF-8\r\ncache-control: no-store\r\n";
    private static final String SHORTLY = "retry-after: 1\r\n";

    /** What a health endpoint says. */
    static EarlyAnswer health(boolean up, String json) {
        return new EarlyAnswer(up ? "200 OK" : "503 Service Unavailable", JSON, json);
    }

    /** What only Quarkus can answer, and will. */
    static EarlyAnswer notYet() {
        return new EarlyAnswer("503 Service Unavailable", SHORTLY, "starting\n");
    }

    static EarlyAnswer refused(String status) {
        return new EarlyAnswer(status, "", "");
    }

    /** As it is sent. To a HEAD goes the same without the body. */
    byte[] bytes(boolean head) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("HTTP/1.1 " + status + "\r\n" + headers + "content-length: " + content.length
                        + "\r\nconnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        if (!head) {
            bytes.writeBytes(content);
        }
        return bytes.toByteArray();
    }
}
