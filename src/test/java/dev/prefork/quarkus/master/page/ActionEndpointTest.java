package dev.prefork.quarkus.master.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefork.it.Answer;
import dev.prefork.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActionEndpointTest {
    private static final String TOKEN = "a-token-of-the-test";

    private final PageServer server = new PageServer();
    private final AskedActions actions = server.actions;

    @BeforeEach
    void begin() {
        server.master.token = Optional.of(TOKEN);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Answer post(String name, String body, String... headers) throws IOException {
        Map<String, String> all = new HashMap<>();
        if (!body.isEmpty()) {
            all.put("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return server.send("POST", "/prefork/" + name, all, body);
    }

    private Answer postWithToken(String name, String body) throws IOException {
        return post(name, body, "Authorization", "Bearer " + TOKEN);
    }

    private static Object error(Answer answer) {
        return ((Map<?, ?>) Json.read(answer.body())).get("error");
    }

    @Test
    void noThreadWaitsForAnAnswerThatIsLate() throws Exception {
        actions.late = true;
        int many = 40;
        ExecutorService clients = Executors.newFixedThreadPool(many);
        try {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                answers.add(clients.submit(() -> postWithToken("reload", "")));
            }
            await().until(() -> actions.asked.size() == many);
            // These need a thread of the pool, of which there are fewer.
            assertThat(server.get("/prefork/status").status()).isEqualTo(200);
            assertThat(answers).noneMatch(Future::isDone);
            actions.late = false;
            for (Future<Answer> answer : answers) {
                assertThat(answer.get(1, TimeUnit.MINUTES).status()).isEqualTo(202);
            }
            await().until(() -> actions.over.get() == many);
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void whatAClientThatHasGoneHasAskedForIsNotLookedAtAnyMore() throws Exception {
        actions.late = true;
        try (Socket client = new Socket("127.0.0.1", server.port())) {
            String head = "POST /prefork/stop HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n";
            client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            await().until(() -> actions.asked.size() == 1);
        }
        await().until(() -> actions.over.get() == 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reload||Reload[waits=false]",
                "reload|{}|Reload[waits=false]",
                "scale|{\"workers\":7}|Scale[workers=7, relative=false, waits=false]",
                "scale|{\"by\":2}|Scale[workers=2, relative=true, waits=false]",
                "scale|{\"by\":-1}|Scale[workers=-1, relative=true, waits=false]",
                "stop||Stop[now=false]",
                "stop| { } |Stop[now=false]",
                "stop|{\"now\":true}|Stop[now=true]",
                "kill|{\"slot\":0}|Kill[slot=0, now=false]",
                "kill|{\"slot\":0,\"now\":true}|Kill[slot=0, now=true]",
            })
    void whoHasTheTokenMayAsk(String name, String body, String asked) throws IOException {
        Answer answer = postWithToken(name, body == null ? "" : body);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(Json.read(answer.body())).isEqualTo(Map.of("text", "it begins"));
        assertThat(actions.asked).hasSize(1);
        assertThat(actions.asked.get(0).toString()).isEqualTo(asked);
        assertThat(actions.askers).containsExactly("127.0.0.1 over the management interface");
    }

    @Test
    void whatTheMasterRefusesIsAConflict() throws IOException {
        actions.answer = dev.prefork.control.Answer.refused("the pod is stopping");
        Answer answer = postWithToken("reload", "");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(error(answer)).isEqualTo("the pod is stopping");
    }

    @Test
    void oneWhoseLoopSaysNothingIsNotAvailable() throws IOException {
        actions.answer = dev.prefork.control.Answer.unanswered("the master's loop does not answer");
        Answer answer = postWithToken("stop", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(error(answer)).isEqualTo("the master's loop does not answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reload", "scale", "stop", "kill"})
    void withoutASettingNoTokenIsRight(String name) throws IOException {
        server.master.token = Optional.empty();
        for (Answer answer :
                new Answer[] {post(name, ""), postWithToken(name, ""), postWithToken(name, "{\"slot\":1}")}) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(error(answer)).asString().contains("PREFORK_ADMIN_TOKEN");
        }
        assertThat(actions.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer a-token-of-the-tesT",
                "Bearer a-token-of-the-test2",
                "Bearer a-token-of-the-tes",
                "Bearer",
                "Bearer ",
                "Basic a-token-of-the-test",
                "a-token-of-the-test",
            })
    void aWrongTokenIsRefused(String authorization) throws IOException {
        Answer answer = post("reload", "", "Authorization", authorization);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("www-authenticate")).hasValue("Bearer realm=\"prefork\"");
        assertThat(actions.asked).isEmpty();
    }

    @Test
    void theTokenIsTakenFromNowhereElse() throws IOException {
        assertThat(post("reload", "", "Cookie", "token=" + TOKEN).status()).isEqualTo(401);
        assertThat(post("reload?token=" + TOKEN, "").status()).isEqualTo(401);
        assertThat(post("reload?access_token=" + TOKEN, "").status()).isEqualTo(401);
        assertThat(post("scale", "{\"workers\":1,\"token\":\"" + TOKEN + "\"}").status())
                .isEqualTo(401);
        assertThat(actions.asked).isEmpty();
    }

    @Test
    void whoTriesTooOftenIsNotListenedTo() throws IOException {
        for (int i = 0; i < WrongTries.MOST; i++) {
            assertThat(post("reload", "", "Authorization", "Bearer no" + i).status())
                    .isEqualTo(401);
        }
        Answer answer = postWithToken("reload", "");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("retry-after")).hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds))
                .isBetween(1, 60));
        assertThat(error(answer)).asString().startsWith("too many wrong tokens from this address; wait for ");
        assertThat(actions.asked).isEmpty();
    }

    @Test
    void whoTriesFromElsewhereDoesNotKeepOutWhoHasTheToken() throws IOException {
        for (int i = 0; i < 30 * WrongTries.MOST; i++) {
            String other = "127.0.0." + (2 + i % 30);
            assertThat(postFrom(other, "Bearer no" + i)).startsWith("HTTP/1.1 401 ");
        }
        assertThat(postFrom("127.0.0.2", "Bearer " + TOKEN)).startsWith("HTTP/1.1 429 ");
        assertThat(postWithToken("reload", "").status()).isEqualTo(202);
        assertThat(actions.asked).hasSize(1);
    }

    /** The first line of what a client at this address is answered. */
    private String postFrom(String address, String authorization) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getByName("127.0.0.1"), server.port(), InetAddress.getByName(address), 0)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("POST /prefork/reload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n"
                                    + "Authorization: " + authorization + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    @Test
    void askingWithoutATokenIsNoTry() throws IOException {
        for (int i = 0; i <= WrongTries.MOST; i++) {
            assertThat(post("reload", "").status()).isEqualTo(401);
        }
        assertThat(postWithToken("reload", "").status()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reload|{\"now\":true}",
                "reload|[]",
                "reload|x",
                "stop|null",
                "stop|{\"now\":1}",
                "stop|{\"now\":null}",
                "stop|{\"now\":true,\"wait\":true}",
                "kill|{\"slot\":0,\"now\":\"true\"}",
                "kill|{\"slot\":0,\"by\":1}",
                "kill|{\"now\":true}",
                "scale|{\"by\":1,\"workers\":3}",
                "scale|{\"by\":1000001}",
                "scale|{\"by\":-9223372036854775808}",
                "scale|{\"workers\":3,\"now\":true}",
                "scale|{}",
                "scale|{\"workers\":-1}",
                "scale|{\"workers\":1.5}",
                "scale|{\"workers\":\"3\"}",
                "scale|{\"workers\":3,\"workers\":4}",
                "scale|{\"workers\":3,\"more\":4}",
                "scale|{\"workers\":1000001}",
                "scale|{\"workers\":99999999999999999999}",
                "scale|{\"slot\":3}",
                "kill|[[[[[[[[",
                "kill|{\"slot\":null}",
            })
    void aBodyThatIsNotExactlyRightIsRefused(String name, String body) throws IOException {
        Answer answer = postWithToken(name, body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(error(answer)).asString().isNotBlank();
        assertThat(actions.asked).isEmpty();
    }

    @Test
    void soIsWhatIsNotSaidToBeJsonAndWhatIsLong() throws IOException {
        for (String type :
                new String[] {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"}) {
            for (String action : new String[] {"scale", "stop"}) {
                Answer answer =
                        post(action, "{\"workers\":3}", "Authorization", "Bearer " + TOKEN, "Content-Type", type);
                assertThat(answer.status()).as(action + " as " + type).isEqualTo(415);
            }
        }
        assertThat(postWithToken("scale", "{\"workers\":3" + " ".repeat(1024) + "}")
                        .status())
                .isEqualTo(413);
        assertThat(postWithToken("scale?workers=3", "{\"workers\":3}").status()).isEqualTo(400);
        assertThat(actions.asked).isEmpty();
    }

    @Test
    void onlyPostAsksForSomething() throws IOException {
        for (String method : new String[] {"GET", "PUT", "DELETE", "OPTIONS"}) {
            Answer answer = server.send(
                    method, "/prefork/stop", Map.of("Authorization", "Bearer " + TOKEN, "Origin", "http://x"), "");
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("allow")).hasValue("POST");
            assertThat(answer.header("access-control-allow-origin")).isEmpty();
        }
        assertThat(postWithToken("dance", "").status()).isEqualTo(404);
        assertThat(actions.asked).isEmpty();
    }

    @Test
    void theTokenMayChange() throws IOException {
        server.master.token = Optional.of("another-token-of-it");
        assertThat(postWithToken("reload", "").status()).isEqualTo(401);
        assertThat(post("reload", "", "Authorization", "bearer another-token-of-it")
                        .status())
                .isEqualTo(202);
    }
}
