package dev.prefork.quarkus.master;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gate in a channel without a server: what it is passed, and when. */
class RequestGateTest {
    private static final String GET = "GET /q/metrics HTTP/1.1\r\nHost: x\r\n\r\n";

    private final List<String> refused = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private RequestGate gate = gate(HeadReaderTest.LIMITS);

    private RequestGate gate(PortLimits limits) {
        RequestGate made = new RequestGate(channel, limits, new RefusalLog(refused::add, System::nanoTime));
        channel.freezeTime();
        channel.pipeline().addFirst(made);
        return made;
    }

    @AfterEach
    void leavesNothing() {
        channel.finishAndReleaseAll();
    }

    @Test
    void theNextRequestWaitsUntilTheAnswerToTheFormerIsWithTheKernel() {
        send(GET.repeat(3));
        assertThat(passed()).isEqualTo(GET);
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(gate.isBusy()).isTrue();

        ChannelPromise head = write("HTTP/1.1 200 OK\r\n\r\n");
        ChannelPromise rest = write("body");
        gate.answered();
        channel.runPendingTasks();
        assertThat(passed()).as("nothing is flushed").isEmpty();

        channel.flushOutbound();
        assertThat(head.isSuccess() && rest.isSuccess()).isTrue();
        assertThat(passed()).isEqualTo(GET);
        answer();
        assertThat(passed()).isEqualTo(GET);
        answer();
        assertThat(passed()).isEmpty();
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(gate.isBusy()).isFalse();
    }

    @Test
    void whatTheServerAsksForIsNotReadMeanwhile() {
        send(GET);
        assertThat(passed()).isEqualTo(GET);

        channel.config().setAutoRead(true);

        assertThat(channel.config().isAutoRead()).isFalse();
        answer();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void theLeavingOfAClientIsSeenDuringAnAnswerWithoutEnd() {
        send(GET);
        assertThat(passed()).isEqualTo(GET);
        gate.endless();
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isTrue();
        write("HTTP/1.1 200 OK\r\n\r\n");
        channel.flushOutbound();
        advance(3600);
        assertThat(channel.isOpen()).as("no time limit").isTrue();

        send(GET);
        assertThat(passed()).isEmpty();
        assertThat(channel.isOpen()).as("a further request would wait for ever").isFalse();
    }

    @Test
    void oneThatHasSentAFurtherRequestAlreadyIsNotSentAnAnswerWithoutEnd() {
        send(GET.repeat(2));
        assertThat(passed()).isEqualTo(GET);
        gate.endless();
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void afterItsEndRequestsAreReadAsEver() {
        send(GET);
        assertThat(passed()).isEqualTo(GET);
        gate.endless();
        channel.runPendingTasks();
        answer();
        send(GET.repeat(2));
        assertThat(passed()).isEqualTo(GET);
        assertThat(channel.config().isAutoRead()).isFalse();
        answer();
        assertThat(passed()).isEqualTo(GET);
    }

    @Test
    void aRefusedClientIsToldOnceAndNothingElseOfItIsServed() {
        send("GET / HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n" + GET);
        send(GET);

        assertThat(passed()).isEmpty();
        assertThat(written()).isEqualTo("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        assertThat(refused).hasSize(1);
        assertThat(channel.isOpen()).as("until it has read that").isTrue();
        advance(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theRequestBeforeARefusedOneIsAnswered() {
        send(GET + "\u0000");
        assertThat(passed()).isEqualTo(GET);

        answer();

        assertThat(written()).startsWith("HTTP/1.1 200 OK").contains("HTTP/1.1 400 Bad Request");
    }

    @Test
    void aConnectionWithoutAWholeRequestEndsHoweverOftenAByteArrives() {
        for (int second = 0; second < 5; second++) {
            assertThat(channel.isOpen()).isTrue();
            send("G");
            advance(1);
        }
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aSilentConnectionEnds() {
        advance(5);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void betweenTwoRequestsAClientMayRestButNotInTheMiddleOfOne() {
        send(GET);
        answer();
        advance(600);
        assertThat(channel.isOpen()).as("the server's own limit counts here").isTrue();

        send("GET /");
        advance(4);
        assertThat(channel.isOpen()).isTrue();
        advance(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aRequestMayTakeItsTimeButAnAnswerMustBeRead() {
        send(GET);
        advance(600);
        write("HTTP/1.1 200 OK\r\n\r\n");
        advance(29);
        assertThat(channel.isOpen()).isTrue();
        advance(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatTheServerAnswersByItselfIsTheLastAnswer() {
        send(GET + GET);
        answer();
        channel.readOutbound();
        writeByServer("HTTP/1.1 400 Bad Request\r\n\r\n");
        channel.flushOutbound();

        assertThat(channel.isOpen()).as("until it has been read").isTrue();
        advance(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoWaitsForTheReadingOfAnAnswerLearnsOfItAndOfTheEnd() {
        List<String> told = new ArrayList<>();
        send(GET);
        gate.whenRead(() -> told.add("first"));
        channel.runPendingTasks();
        assertThat(told).isEmpty();
        answer();
        assertThat(told).containsExactly("first");

        send(GET);
        gate.whenRead(() -> told.add("second"));
        channel.runPendingTasks();
        gate.end();
        assertThat(told).containsExactly("first", "second");
        gate.whenRead(() -> told.add("late"));
        channel.runPendingTasks();
        assertThat(told).containsExactly("first", "second", "late");
    }

    @Test
    void aBodyThatTheUserAllowsIsPassedOnToItsLastByte() {
        channel.pipeline().remove(gate);
        gate = gate(new PortLimits(3, 100, 1000, 20, HeadReaderTest.LIMITS.timeouts()));
        String head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n";
        send(head + "abc");
        assertThat(passed()).isEqualTo(head + "abc");
        assertThat(channel.config().isAutoRead()).isTrue();
        send("def" + GET);
        assertThat(passed()).isEqualTo("def");
        assertThat(channel.config().isAutoRead()).isFalse();
        answer();
        assertThat(passed()).isEqualTo(GET);
        answer();

        send(head + "abc");
        answer();
        assertThat(channel.isOpen())
                .as("what follows could be taken for a request")
                .isFalse();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    private ChannelPromise write(String text) {
        gate.routed();
        return writeByServer(text);
    }

    /** Which asks no route. */
    private ChannelPromise writeByServer(String text) {
        ChannelPromise promise = channel.newPromise();
        channel.pipeline().write(Unpooled.copiedBuffer(text, ISO_8859_1), promise);
        return promise;
    }

    private void answer() {
        write("HTTP/1.1 200 OK\r\n\r\n");
        channel.flushOutbound();
        gate.answered();
        channel.runPendingTasks();
    }

    private void advance(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    private String passed() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            text.append(next.toString(ISO_8859_1));
            next.release();
        }
        return text.toString();
    }

    private String written() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            text.append(next.toString(ISO_8859_1));
            next.release();
        }
        return text.toString();
    }
}
