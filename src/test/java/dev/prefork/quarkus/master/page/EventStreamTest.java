package dev.prefork.quarkus.master.page;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Level;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private final PageServer server = new PageServer();

    @BeforeEach
    void begin() {
        server.status(Map.of("state", "serving"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void log(String text) {
        server.master.log.add(Entry.of(Level.INFO, EventName.SCALED, text));
    }

    @Test
    void theStatusComesAtOnceAndWhenItHasChanged() throws IOException {
        try (EventReader events = server.events()) {
            assertThat(events.head())
                    .contains("content-type: text/event-stream; charset=utf-8", "cache-control: no-store")
                    .first()
                    .isEqualTo("HTTP/1.1 200 OK");
            assertThat(events.next("status").data()).isEqualTo("{\"state\":\"serving\"}");
            server.status(Map.of("state", "draining"));
            assertThat(events.next("status").data()).isEqualTo("{\"state\":\"draining\"}");
        }
        assertThat(server.endless).hasValue(1);
    }

    @Test
    void whatChangesWithTimeAloneIsNoChange() throws IOException {
        server.show("{\"uptime_seconds\":1,\"state\":\"serving\"}".getBytes(StandardCharsets.UTF_8));
        try (EventReader events = server.events()) {
            events.next("status");
            int looks = server.looks.get();
            server.show("{\"uptime_seconds\":2,\"state\":\"serving\"}".getBytes(StandardCharsets.UTF_8));
            await().until(() -> server.looks.get() > looks + 3);
            server.show("{\"uptime_seconds\":99,\"state\":\"stopping\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(events.next("status").data()).contains("stopping");
        }
    }

    @Test
    void oneLookServesAllWhoWatch() throws IOException {
        try (EventReader one = server.events();
                EventReader two = server.events();
                EventReader three = server.events()) {
            for (int i = 0; i < 5; i++) {
                String mark = "change " + i;
                server.status(Map.of("state", mark));
                for (EventReader each : List.of(one, two, three)) {
                    each.next(event -> event.data().contains(mark));
                }
            }
            int looks = server.looks.get();
            long begun = System.nanoTime();
            await().until(() -> server.looks.get() >= looks + 10);
            // Were there one for each of them, there would be three in a period.
            assertThat(System.nanoTime() - begun).isGreaterThan(5 * PageServer.PERIOD.toNanos());
        }
    }

    @Test
    void eachEntryOfTheLogComesOnceWithItsNumber() throws IOException {
        log("first");
        try (EventReader events = server.events()) {
            EventReader.Received first = events.next("log");
            assertThat(first.id()).isEqualTo("1");
            assertThat(first.data()).contains("\"sequence\":1,", "\"event\":\"scaled\"", "\"message\":\"first\"");
            server.master.log.add(Entry.ofWorker(2, 4711, Level.WARN, EventName.WORKER_KILLED, "killed\n<b>"));
            EventReader.Received second = events.next("log");
            assertThat(second.id()).isEqualTo("2");
            assertThat(second.data())
                    .contains("\"slot\":2,\"pid\":4711", "\"level\":\"WARN\"", "worker 2 (pid 4711) killed\\n<b>");
        }
    }

    @Test
    void aBrokenConnectionGoesOnWhereItWas() throws IOException {
        log("first");
        log("second");
        log("third");
        try (EventReader events = new EventReader(server.port(), "Last-Event-ID: 2\r\n")) {
            assertThat(events.next("log").id()).isEqualTo("3");
        }
        for (String foreign : List.of("99", "x", "-1", "1234567890123456789012345")) {
            try (EventReader events = new EventReader(server.port(), "Last-Event-ID: " + foreign + "\r\n")) {
                assertThat(events.next("log").id()).as(foreign).isEqualTo("1");
            }
        }
    }

    @Test
    void noMoreThanSoManyWatch() throws IOException {
        List<EventReader> watchers = new ArrayList<>();
        for (int i = 0; i < PageServer.MOST_WATCHERS; i++) {
            EventReader events = server.events();
            events.next("status");
            watchers.add(events);
        }
        Answer refused = server.get("/prefork/events");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers()).containsEntry("retry-after", List.of("5"));

        watchers.get(0).close();
        await().until(() -> server.page.watching() < PageServer.MOST_WATCHERS);
        try (EventReader events = server.events()) {
            assertThat(events.next("status").data()).contains("serving");
        }
        watchers.forEach(EventReader::close);
    }

    @Test
    void oneAddressDoesNotTakeThePlacesOfOthers() throws IOException {
        try (PageServer few = new PageServer(0, 2)) {
            few.status(Map.of("state", "serving"));
            try (EventReader one = few.events();
                    EventReader two = few.events()) {
                one.next("status");
                two.next("status");
                Answer refused = few.get("/prefork/events");
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.body()).contains("as many watch from this address as are allowed to at a time");
                assertThat(refused.headers()).containsEntry("retry-after", List.of("5"));
                try (EventReader other = new EventReader("127.0.0.2", few.port(), "")) {
                    assertThat(other.next("status").data()).contains("serving");
                    // It is the total that counts now.
                    assertThat(few.get("/prefork/events").status()).isEqualTo(503);
                }
            }
            await().until(() -> few.page.watching() == 0);
            try (EventReader again = few.events()) {
                assertThat(again.next("status").data()).contains("serving");
            }
        }
    }

    @Test
    void nothingGoesOnWhereNoneWatches() throws IOException {
        assertThat(server.page.isIdle()).isTrue();
        try (EventReader events = server.events()) {
            events.next("status");
            assertThat(server.page.watching()).isOne();
        }
        await().until(() -> server.page.watching() == 0 && server.page.isIdle());
        // What was shown before is not shown again.
        server.status(Map.of("state", "draining"));
        try (EventReader events = server.events()) {
            assertThat(events.next("status").data()).contains("draining");
        }
    }

    @Test
    void oneThatDoesNotReadMissesWhatWasInBetween() throws IOException {
        String filler = "x".repeat(300_000);
        try (Socket lazy = new Socket("127.0.0.1", server.port());
                EventReader eager = server.events()) {
            lazy.getOutputStream()
                    .write("GET /prefork/events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            int all = 100;
            for (int i = 1; i <= all; i++) {
                String mark = "\"change\":" + i + ",";
                server.master.status =
                        ("{\"change\":" + i + ",\"filler\":\"" + filler + "\"}").getBytes(StandardCharsets.UTF_8);
                eager.next(event -> event.data().contains(mark));
            }
            int seen = 0;
            lazy.setSoTimeout(60_000);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(lazy.getInputStream(), StandardCharsets.UTF_8));
            for (String line = ""; !line.contains("\"change\":" + all + ","); line = in.readLine()) {
                seen += line.startsWith("data: ") ? 1 : 0;
            }
            assertThat(seen).isLessThan(all);
        }
    }

    @Test
    void theEndIsAnEndOfTheAnswer() throws IOException {
        try (EventReader events = server.events()) {
            events.next("status");
            server.page.close();
            assertThat(events.next()).isNull();
        }
        assertThat(server.get("/prefork/events").status()).isEqualTo(503);
    }

    @Test
    void aHeadRequestDoesNotWatch() throws IOException {
        Answer answer = server.send("HEAD", "/prefork/events", Map.of("Connection", "close"), "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(server.page.watching()).isZero();
        assertThat(server.send("POST", "/prefork/events", Map.of(), "").headers())
                .containsEntry("allow", List.of("GET, HEAD"));
    }
}
