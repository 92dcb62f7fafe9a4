package dev.prefork.it.page;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Requests for actions that are wrong in at least one place, each another one. Not thread-safe. */
final class MalformedActions {
    private static final String[] ACTIONS = {"reload", "scale", "stop", "kill"};
    /** Those that need a body: without it they are wrong as well. */
    private static final String[] NUMBERED = {"/prefork/scale", "/prefork/kill"};

    private static final String[] METHODS = {
        "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "HEAD", "P", "PRI"
    };
    private static final String[] BODIES = {
        "[]",
        "null",
        "true",
        "3",
        "\"\"",
        "{",
        "{\"workers\":",
        "{\"workers\":-1}",
        "{\"workers\":0.5}",
        "{\"workers\":1e99}",
        "{\"workers\":\"2\"}",
        "{\"workers\":2,\"workers\":2}",
        "{\"workers\":2}{}",
        "{\"slot\":[0]}",
        "{\"slot\":{}}",
        "{\"slot\":1000001}",
        "{\"slot\":99999999999999999999}",
        "{\"\":0}",
        "{\"slot\":null}",
        "{'slot':0}",
        "\uFEFF{}x",
        "{\"now\":1}",
        "{\"slot\":0,\"__proto__\":1}",
        "[[[[[[[[[[[[[[[[[[[[",
        "{\"workers\":2}\u0000"
    };
    private static final String[] TYPES = {
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data; boundary=x",
        "",
        "json",
        "application/jsonp"
    };
    private static final String[] HEADERS = {
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip",
        "Expect: 100-continue",
        "Content-Length: 1",
        "Content-Length: -1",
        "Content-Length: 9999999",
        " folded",
        "Host: b",
        "X-\u0001: y",
        "No colon",
        ": no name"
    };

    private final Random random;
    private final String token;

    MalformedActions(Random random, String token) {
        this.random = random;
        this.token = token;
    }

    private String any(String[] of) {
        return of[random.nextInt(of.length)];
    }

    byte[] next() {
        return switch (random.nextInt(8)) {
            case 0 -> request(any(METHODS), path(), right(), "", "");
            case 1 -> request("POST", path(), right(), any(TYPES), any(BODIES));
            case 2, 3 -> request("POST", path(), right(), "application/json", any(BODIES));
            // Seldom, since all are not listened to for a while when they have tried too often.
            case 4 ->
                random.nextInt(50) == 0
                        ? request("POST", path(), wrong(), "application/json", "{}")
                        : request("POST", path(), "", "application/json", "{\"workers\":2}");
            case 5 ->
                request(
                        "POST",
                        path() + any(new String[] {"?workers=2", "?x", "/x", "%00", "%zz", ";a=b"}),
                        right(),
                        "",
                        "");
            case 6 -> request("POST", path(), right() + any(HEADERS) + "\r\n", "application/json", any(BODIES));
            default -> garbled(request("POST", any(NUMBERED), right(), "application/json", noise()));
        };
    }

    private String path() {
        return "/prefork/" + any(ACTIONS);
    }

    private String right() {
        return "Authorization: Bearer " + token + "\r\n";
    }

    private String wrong() {
        return "Authorization: " + any(new String[] {"Bearer ", "Basic ", "Digest ", ""})
                + noise().replaceAll("[^!-~]", "") + "\r\n";
    }

    private String noise() {
        StringBuilder noise = new StringBuilder("x");
        for (int left = random.nextInt(1500); left > 0; left--) {
            noise.append((char) random.nextInt(256));
        }
        return noise.toString();
    }

    private byte[] request(String method, String path, String headers, String type, String body) {
        byte[] content = body.getBytes(StandardCharsets.ISO_8859_1);
        String head = method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers
                + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                + (content.length == 0 ? "" : "Content-Length: " + content.length + "\r\n") + "\r\n";
        byte[] begin = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[begin.length + content.length];
        System.arraycopy(begin, 0, all, 0, begin.length);
        System.arraycopy(content, 0, all, begin.length, content.length);
        return all;
    }

    /** With some other bytes in it, and seldom without its end, for which the server waits some seconds; the body is none in any case. */
    private byte[] garbled(byte[] request) {
        for (int left = random.nextInt(4); left > 0; left--) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        int length = random.nextInt(50) == 0 ? random.nextInt(request.length) : request.length;
        byte[] kept = new byte[length];
        System.arraycopy(request, 0, kept, 0, length);
        return kept;
    }
}
