package dev.prefork.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.log.Entry;
import dev.prefork.log.EntryJson;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.log.LogFormat;
import dev.prefork.log.WorkerLines;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LineMarkTest {
    private final LineMark mark =
            new LineMark(new Entry.Worker(OptionalInt.of(2), OptionalInt.of(4711)), WorkerLines.Stream.STDERR);

    private byte[] marked(byte[] line, LineMark.Piece piece, LogFormat format) {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        mark.write(line, piece, format, to);
        return to.toByteArray();
    }

    private String marked(String line, LogFormat format) {
        byte[] bytes = marked(line.getBytes(StandardCharsets.UTF_8), LineMark.Piece.LAST, format);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void textComesAfterTheNameOfTheWorker() {
        assertThat(marked("GET / 200", LogFormat.TEXT)).isEqualTo("worker 2 (pid 4711) | GET / 200\n");
        assertThat(marked("", LogFormat.TEXT)).isEqualTo("worker 2 (pid 4711) | \n");
    }

    @Test
    void bytesThatAreNoTextPassUnchanged() {
        byte[] line = {'a', (byte) 0xff, 0, (byte) 0xc3, '\r'};

        byte[] marked = marked(line, LineMark.Piece.LAST, LogFormat.TEXT);

        assertThat(marked).endsWith((byte) 'a', (byte) 0xff, (byte) 0, (byte) 0xc3, (byte) '\r', (byte) '\n');
    }

    @Test
    void aPartOfALineIsMarkedAsOne() {
        byte[] part = "begin".getBytes(StandardCharsets.UTF_8);

        assertThat(marked(part, LineMark.Piece.PARTIAL, LogFormat.TEXT))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("worker 2 (pid 4711) |+ begin\n");
        String json = new String(marked(part, LineMark.Piece.PARTIAL, LogFormat.JSON), StandardCharsets.UTF_8);
        assertThat(new JsonObject(json).getBoolean("partial")).isTrue();
    }

    @Test
    void anObjectGetsThreeFieldsAndIsElseAsItWas() {
        assertThat(marked("{\"msg\": \"ö\" , \"n\":1.50}", LogFormat.JSON))
                .isEqualTo("{\"msg\": \"ö\" , \"n\":1.50,\"slot\":2,\"pid\":4711,\"stream\":\"stderr\"}\n");
        assertThat(marked("{}", LogFormat.JSON)).isEqualTo("{\"slot\":2,\"pid\":4711,\"stream\":\"stderr\"}\n");
    }

    @Test
    void aFieldThatIsThereIsKept() {
        assertThat(marked("{\"pid\":1}", LogFormat.JSON)).isEqualTo("{\"pid\":1,\"slot\":2,\"stream\":\"stderr\"}\n");
        assertThat(marked("{\"slot\":\"a\",\"pid\":1}", LogFormat.JSON))
                .isEqualTo("{\"slot\":\"a\",\"pid\":1,\"stream\":\"stderr\"}\n");
        assertThat(marked("{\"slot\":0,\"stream\":\"a\"}", LogFormat.JSON))
                .isEqualTo("{\"slot\":0,\"stream\":\"a\",\"pid\":4711}\n");
        String all = "{\"slot\":0,\"pid\":1,\"stream\":\"a\"}";
        assertThat(marked(all, LogFormat.JSON)).isEqualTo(all + "\n");
    }

    @Test
    void anObjectThatLooksLikeALineOfTheMasterIsToldFromItByItsStream() {
        Entry entry = Entry.of(Level.ERROR, EventName.WORKER_EXITED, "worker 2 (pid 4711) exited");
        String ours = EntryJson.of(Instant.now(), entry);
        JsonObject theirs = new JsonObject(marked(ours, LogFormat.JSON));

        assertThat(theirs.getString("event")).isEqualTo("worker-exited");
        assertThat(theirs.getString("stream")).isEqualTo("stderr");
        assertThat(new JsonObject(ours).containsKey("stream")).isFalse();
    }

    @Test
    void noOtherLineHasAStream() {
        assertThat(EventName.values())
                .filteredOn(name -> name.keys().contains(Key.STREAM))
                .containsExactly(EventName.WORKER_OUTPUT);
    }

    @Test
    void anyOtherLineBecomesAnObject() {
        JsonObject json = new JsonObject(marked("GET \"/\" \u0001\r", LogFormat.JSON));

        assertThat(json.fieldNames()).containsExactly("time", "level", "event", "slot", "pid", "stream", "message");
        assertThat(json.getString("event")).isEqualTo("worker-output");
        assertThat(json.getString("stream")).isEqualTo("stderr");
        assertThat(json.getString("message")).isEqualTo("GET \"/\" \u0001");
    }

    @Test
    void whatIsNotUtf8IsReplacedInJson() {
        byte[] plain = {'a', (byte) 0xff};
        byte[] object = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};

        for (byte[] line : new byte[][] {plain, object}) {
            String json = new String(marked(line, LineMark.Piece.LAST, LogFormat.JSON), StandardCharsets.UTF_8);
            assertThat(new JsonObject(json).encode()).contains("\ufffd");
        }
    }

    @Test
    void anExcerptIsShortAndHarmless() {
        assertThat(LineMark.excerpt("\u001b[31mno module\t ".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("[31mno module");
        assertThat(LineMark.excerpt("x".repeat(9999).getBytes(StandardCharsets.UTF_8)))
                .hasSize(200);
    }
}
