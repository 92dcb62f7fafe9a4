package dev.prefork.quarkus.master.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageFileTest {
    private final PageServer server = new PageServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static String between(String text, String tag) {
        Matcher found = Pattern.compile("<" + tag + ">(.*?)</" + tag + ">", Pattern.DOTALL)
                .matcher(text);
        assertThat(found.find()).isTrue();
        String inner = found.group(1);
        assertThat(found.find()).as("a second " + tag).isFalse();
        return inner;
    }

    private static String hash(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    @ParameterizedTest
    @ValueSource(strings = {"/prefork", "/prefork/"})
    void nothingRunsButWhatIsInIt(String path) throws Exception {
        Answer answer = server.get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(answer.header("content-security-policy"))
                .hasValue("default-src 'none'; style-src " + hash(between(answer.body(), "style")) + "; script-src "
                        + hash(between(answer.body(), "script"))
                        + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                        + " frame-ancestors 'none'");
        assertThat(answer.headers())
                .containsEntry("referrer-policy", List.of("no-referrer"))
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("x-frame-options", List.of("DENY"))
                .containsEntry("cache-control", List.of("no-store"));
    }

    @Test
    void itNeedsNoOtherFileAndMakesNoMarkupOfText() throws IOException {
        String page = server.get("/prefork").body();
        assertThat(page)
                .startsWith("<!doctype html>")
                .doesNotContain("{style}", "{script}", "{actions}")
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")
                .doesNotContain("localStorage", "sessionStorage", "document.cookie")
                .doesNotContainPattern("(?<![-\\w])(?:src|href|action|style)=\"(?!#|data:)")
                .doesNotContainPattern(" on[a-z]+=")
                .doesNotContain("@import", "url(")
                .doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg)");
    }

    @Test
    void itIsOnlyRead() throws IOException {
        Answer answer = server.send("POST", "/prefork", Map.of(), "");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).hasValue("GET, HEAD");
    }
}
