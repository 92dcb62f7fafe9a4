package dev.prefork.quarkus.master.page;

import dev.prefork.app.RunningMaster;
import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Does what those ask who have the token. It comes in a header, which a browser sends to no site by itself, so that a foreign page can
 * ask for nothing; and never in an address, which is logged.
 *
 * <p>Threading: event loops, but for the token, whose file may have to be read. The master's loop is waited for by no thread: the few
 * that there are answer probes as well.
 */
final class ActionEndpoint {
    private static final String ASKED = "prefork.action";
    private static final Duration QUICK = Duration.ofMillis(1);
    private static final int QUICK_LOOKS = 50;
    private static final Duration SLOW = Duration.ofMillis(50);

    private final RunningMaster running;
    private final AdminToken token;
    private final WrongTries wrong;

    /** @param clock in nanoseconds */
    ActionEndpoint(RunningMaster running, LongSupplier clock) {
        this.running = running;
        token = new AdminToken(running.looks().remote().adminToken());
        wrong = new WrongTries(clock);
    }

    /** On a thread that may read the token's file. */
    void admit(RoutingContext exchange) {
        if (!Replies.posts(exchange)) {
            return;
        }
        String client = Replies.client(exchange.request());
        Duration refusal = wrong.refusal(client);
        if (!refusal.isZero()) {
            String seconds = Long.toString(refusal.plusMillis(999).toSeconds());
            exchange.response().putHeader(HttpHeaders.RETRY_AFTER, seconds);
            Replies.error(
                    exchange,
                    429,
                    "too many wrong tokens from this address; wait for " + seconds + " s, or use the control socket");
            return;
        }
        switch (token.judge(exchange.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            case CLOSED ->
                Replies.error(
                        exchange,
                        403,
                        "no token is set, so nothing can be changed over this port; set PREFORK_ADMIN_TOKEN");
            case MISSING -> unauthorized(exchange, "a token is needed: Authorization: Bearer TOKEN");
            case WRONG -> {
                wrong.add(client);
                unauthorized(exchange, "the token is wrong");
            }
            case RIGHT -> exchange.next();
        }
    }

    private static void unauthorized(RoutingContext exchange, String why) {
        exchange.response().putHeader("WWW-Authenticate", "Bearer realm=\"prefork\"");
        Replies.error(exchange, 401, why);
    }

    /** With the body there. */
    void read(RoutingContext exchange) {
        if (exchange.request().query() != null) {
            Replies.error(exchange, 400, "what is to be done stands in the body, not in a query");
            return;
        }
        Buffer body = Optional.ofNullable(exchange.body().buffer()).orElseGet(Buffer::buffer);
        if (hasBody(exchange.request()) && !isJson(exchange.request().getHeader(HttpHeaders.CONTENT_TYPE))) {
            Replies.error(exchange, 415, "the body must be application/json");
            return;
        }
        try {
            exchange.put(ASKED, ActionRequest.parse(name(exchange), text(body)));
            exchange.next();
        } catch (IllegalArgumentException e) {
            Replies.error(exchange, 400, e.getMessage());
        }
    }

    private static String name(RoutingContext exchange) {
        String path = exchange.currentRoute().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** By its headers: what is read of a body that says it is a form is empty. */
    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null || length != null && !length.matches("0+");
    }

    private static boolean isJson(String type) {
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    private static String text(Buffer body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the body is not UTF-8", e);
        }
    }

    /** Looks on until there is a first answer, or the client has gone; no thread waits for it. */
    void perform(RoutingContext exchange) {
        Request asked = exchange.get(ASKED);
        String asker = Replies.client(exchange.request()) + " over the management interface";
        Course course =
                running.reporting(() -> running.looks().remote().actions().begin(asked, asker));
        exchange.addEndHandler(ended -> course.over());
        look(exchange, course, 0);
    }

    /** Often at first: of a master whose workers stop at once the process is gone some milliseconds later. */
    private void look(RoutingContext exchange, Course course, int looks) {
        if (!exchange.response().closed() && !answered(exchange, course)) {
            Duration pause = looks < QUICK_LOOKS ? QUICK : SLOW;
            exchange.vertx().setTimer(pause.toMillis(), id -> look(exchange, course, looks + 1));
        }
    }

    private boolean answered(RoutingContext exchange, Course course) {
        List<Answer> answers = running.reporting(course::look);
        if (answers.isEmpty()) {
            return false;
        }
        Answer first = answers.get(0);
        switch (first.kind()) {
            case DONE, PROGRESS -> Replies.json(exchange, 202, Map.of("text", first.line()));
            case REFUSED -> Replies.error(exchange, 409, first.line());
            case UNANSWERED -> Replies.error(exchange, 503, first.line());
        }
        return true;
    }

    /** A body that is too long was not read; anything else is for those who look after all routes. */
    void fail(RoutingContext exchange) {
        if (exchange.statusCode() == HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE.code()) {
            Replies.error(exchange, exchange.statusCode(), "the body is too long");
        } else {
            exchange.next();
        }
    }
}
