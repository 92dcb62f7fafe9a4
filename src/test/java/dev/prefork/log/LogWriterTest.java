package dev.prefork.log;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Into a real pipe, of which the kernel holds 64 KiB. */
class LogWriterTest {
    private static final int MORE_THAN_ALL_TAKE = 20_000;

    private final List<Long> reported = new CopyOnWriteArrayList<>();
    private final List<String> read = new CopyOnWriteArrayList<>();
    private final LogWriter writer = new LogWriter(this::report);
    private Pipe pipe;
    private PrintStream out;

    @BeforeEach
    void open() throws IOException {
        pipe = Pipe.open();
        out = writer.stream(pipe.sink(), StandardCharsets.UTF_8);
    }

    @AfterEach
    void close() throws Exception {
        writer.close();
        pipe.source().close();
        pipe.sink().close();
    }

    private void report(long lines) {
        out.println("dropped " + lines);
        reported.add(lines);
    }

    private void beginToRead() {
        Thread reader = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(Channels.newInputStream(pipe.source()), StandardCharsets.UTF_8))) {
                lines.lines().filter(line -> !line.isEmpty()).forEach(read::add);
            } catch (IOException | java.io.UncheckedIOException e) {
                // The test is over.
                return;
            }
        });
        reader.setDaemon(true);
        reader.start();
    }

    /** With empty lines. */
    private void fillThePipe() throws IOException {
        ByteBuffer filler = ByteBuffer.wrap("\n".repeat(1 << 16).getBytes(StandardCharsets.UTF_8));
        pipe.sink().configureBlocking(false);
        while (pipe.sink().write(filler) > 0) {
            filler.clear();
        }
        pipe.sink().configureBlocking(true);
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void linesAreWrittenInTheirOrderWhicheverStreamTheyTake() {
        PrintStream err = writer.stream(pipe.sink(), StandardCharsets.UTF_8);
        beginToRead();
        for (int i = 0; i < 1000; i += 2) {
            out.println(i);
            err.println(i + 1);
        }

        assertThat(writer.awaitWritten()).isTrue();
        await().until(() -> read.size() == 1000);
        assertThat(read).isEqualTo(numbers(0, 1000));
        assertThat(writer.dropped()).isZero();
    }

    @Test
    void anErrorInItsThreadIsReportedAndItWritesOn() {
        List<String> handled = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> handled.add(thread.getName() + " " + error));
        try {
            PrintStream failing = writer.stream(new FailingOnce(pipe.sink()), StandardCharsets.UTF_8);
            beginToRead();
            failing.println("a line");

            // Awaitility has such a handler of its own otherwise.
            await().dontCatchUncaughtExceptions().until(() -> read.contains("a line"));
            assertThat(handled).containsExactly("prefork-log java.lang.OutOfMemoryError: Java heap space");
            assertThat(writer.awaitWritten()).isTrue();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    /** Has no memory for the first write. */
    private static final class FailingOnce implements WritableByteChannel {
        private final WritableByteChannel sink;
        private boolean failed;

        FailingOnce(WritableByteChannel sink) {
            this.sink = sink;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (!failed) {
                failed = true;
                throw new OutOfMemoryError("Java heap space");
            }
            return sink.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return sink.isOpen();
        }

        @Override
        public void close() throws IOException {
            sink.close();
        }
    }

    @Test
    void whatIsNotReadIsDroppedAndReportedOnceWhereItIsMissing() throws IOException {
        fillThePipe();
        for (int i = 0; i < MORE_THAN_ALL_TAKE; i++) {
            out.println(i);
        }
        long dropped = writer.dropped();
        assertThat(dropped).isPositive();
        assertThat(writer.awaitWritten()).isFalse();
        assertThat(reported).isEmpty();

        beginToRead();
        await().until(() -> !reported.isEmpty());
        out.println("later");
        await().until(() -> read.contains("later"));
        assertThat(reported).containsExactly(dropped);
        int kept = (int) (MORE_THAN_ALL_TAKE - dropped);
        assertThat(read.subList(0, kept)).isEqualTo(numbers(0, kept));
        assertThat(read.subList(kept, read.size())).containsExactly("dropped " + dropped, "later");
    }

    @Test
    void aReaderThatGoesAwayWithTheQueueFullDoesNotSilenceTheOtherStream() throws IOException {
        Pipe other = Pipe.open();
        PrintStream err = writer.stream(other.sink(), StandardCharsets.UTF_8);
        fillThePipe();
        for (int i = 0; i < MORE_THAN_ALL_TAKE; i++) {
            out.println(i);
        }
        pipe.source().close();
        await().until(writer::awaitWritten);

        err.println("reason");

        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(other.source())))) {
            assertThat(lines.readLine()).isEqualTo("reason");
        }
        other.sink().close();
    }

    @Test
    void longLinesAreNotKeptWithoutLimitEither() throws IOException {
        fillThePipe();
        String line = "x".repeat(9999);
        for (int i = 0; i < 1000; i++) {
            out.println(line);
        }

        assertThat(writer.dropped()).isBetween(890L, 900L);
    }

    @Test
    void linesThatCannotBeWrittenAreDropped() throws IOException {
        // EPIPE: the JVM ignores SIGPIPE; see pipe(7).
        pipe.source().close();
        out.println("one");
        out.println("two");

        assertThat(writer.awaitWritten()).isTrue();
        assertThat(writer.dropped()).isEqualTo(2);
        assertThat(reported).as("it never flows again").isEmpty();
    }

    @Test
    void aPipeThatAnotherProcessMadeNonBlockingLosesNothing() throws IOException {
        pipe.sink().configureBlocking(false);
        IntStream.range(0, 4000).forEach(i -> out.println("a line that is somewhat longer than a number: " + i));
        beginToRead();

        await().until(() -> read.size() == 4000);
        assertThat(writer.dropped()).isZero();
    }

    @Test
    void aLineThatHasNoEndIsWrittenAtTheEnd() {
        beginToRead();
        out.print("é, and no");
        out.print(" end");
        assertThat(writer.awaitWritten()).isTrue();
        out.println();

        await().until(() -> read.size() == 1);
        assertThat(read).containsExactly("é, and no end");
    }
}
