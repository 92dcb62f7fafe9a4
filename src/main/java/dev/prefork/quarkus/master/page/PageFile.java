package dev.prefork.quarkus.master.page;

import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The page: one file that needs no other, put together from four. Immutable; any thread. */
final class PageFile {
    private static final String HTML = "text/html; charset=utf-8";

    private final Zipped body;
    private final String policy;

    private PageFile(Zipped body, String policy) {
        this.body = body;
        this.policy = policy;
    }

    static PageFile read() {
        String style = resource("status.css");
        String script = resource("status.js").replace("{actions}", resource("actions.js"));
        String page = resource("status.html").replace("{style}", style).replace("{script}", script);
        return new PageFile(
                new Zipped(page.getBytes(StandardCharsets.UTF_8)),
                "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script)
                        + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                        + " frame-ancestors 'none'");
    }

    private static String resource(String name) {
        try (InputStream in = PageFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As Content Security Policy 3, 2.3.1, has it: of all between the tags. */
    private static String hash(String inline) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inline.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Nothing but what is in it runs, and nothing is asked but the server that it is from. */
    void answer(RoutingContext exchange) {
        if (Replies.reads(exchange)) {
            exchange.response().putHeader("Content-Security-Policy", policy);
            Replies.body(exchange, HTML, body);
        }
    }
}
