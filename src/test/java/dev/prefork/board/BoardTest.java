package dev.prefork.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import dev.prefork.handoff.Variables;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoardTest {
    private static final Row PLAIN = Row.of("");

    private final Posix posix = Posix.system();
    private final BoardReader reader = BoardReader.open(posix);
    private final BoardWriter writer = new BoardWriter(posix, reader.descriptor());

    @AfterEach
    void close() {
        reader.close();
    }

    private static Exposition counter(String name, double value) {
        Family family = new Family(name, Kind.COUNTER, "Some help", "", List.of(PLAIN));
        return new Exposition(new Shape(List.of(family)), new double[] {value});
    }

    @Test
    void nothingIsReadFromABoardThatIsEmpty() {
        assertThat(reader.read()).isEmpty();
    }

    @Test
    void whatIsWrittenIsRead() {
        Shape shape = new Shape(List.of(
                new Family("a_total", Kind.COUNTER, "", "", List.of(Row.of("x=\"ü\""), Row.of("x=\"\\\"\""))),
                new Family(
                        "h_seconds", Kind.HISTOGRAM, "How\nlong", "seconds", List.of(Row.withBounds("", 0.1, 1, 10))),
                new Family("s", Kind.SUMMARY, "", "", List.of(PLAIN)),
                new Family("nothing", Kind.GAUGE, "", "", List.of())));
        double[] values = {1, 2, 3, 4.5, 1, 2, 3, Double.NaN, Double.NEGATIVE_INFINITY};

        assertThat(writer.write(new Exposition(shape, values), 4711)).isTrue();

        assertThat(reader.read()).hasValue(new BoardReader.Text(1, 4711, new Exposition(shape, values), 0));
    }

    @Test
    void theLastTextHolds() {
        for (int i = 1; i <= 50; i++) {
            writer.write(counter("a_total", i), i);
            assertThat(reader.read()).hasValue(new BoardReader.Text(i, i, counter("a_total", i), 0));
        }
    }

    @Test
    void textsOfEverySizeFollowEachOtherAndTheBoardStaysSmall() {
        Random random = new Random(3);
        for (int i = 1; i <= 300; i++) {
            List<Row> rows = new ArrayList<>();
            for (int row = random.nextInt(200); row >= 0; row--) {
                rows.add(Row.of("n=\"" + row + "\""));
            }
            Family family = new Family("g", Kind.GAUGE, "", "", rows);
            double[] values = random.doubles(rows.size()).toArray();
            Exposition written = new Exposition(new Shape(List.of(family)), values);
            writer.write(written, 0);
            assertThat(reader.read().orElseThrow().exposition()).isEqualTo(written);
        }
        byte[] beyond = new byte[1];
        assertThat(posix.readAt(reader.descriptor(), beyond, 20_000))
                .as("four of the longest texts")
                .isZero();
    }

    /** A worker may be killed between any two bytes. */
    @Test
    void aTextThatWasLeftHalfWrittenIsPassedOver() {
        writer.write(counter("a_total", 1), 1);
        byte[] first = new byte[Entry.FIRST_TEXT];
        posix.readAt(reader.descriptor(), first, 0);
        writer.write(counter("a_total", 2), 2);
        byte[] second = new byte[Entry.FIRST_TEXT];
        posix.readAt(reader.descriptor(), second, 0);

        for (int half = 0; half <= Entry.FIRST_TEXT; half++) {
            byte[] torn = first.clone();
            System.arraycopy(second, 0, torn, 0, half);
            posix.writeAt(reader.descriptor(), torn, 0);
            try (BoardReader fresh = new SameBoard(posix, reader).open()) {
                double value = fresh.read().orElseThrow().exposition().values()[0];
                assertThat(value).isIn(1.0, 2.0);
            }
        }
    }

    @Test
    void aDamagedTextIsPassedOverForTheOneBefore() {
        writer.write(counter("a_total", 1), 1);
        writer.write(counter("a_total", 2), 2);
        byte[] head = new byte[Entry.FIRST_TEXT];
        posix.readAt(reader.descriptor(), head, 0);
        Entry newest = Entry.read(head, 0).orElseThrow();
        posix.writeAt(reader.descriptor(), new byte[] {42}, newest.end() - 1);

        assertThat(reader.read().orElseThrow().turn()).isEqualTo(1);
    }

    @Test
    void aReaderThatKnowsANewerTextDoesNotGoBack() {
        writer.write(counter("a_total", 1), 1);
        writer.write(counter("a_total", 2), 2);
        assertThat(reader.read().orElseThrow().turn()).isEqualTo(2);
        posix.writeAt(reader.descriptor(), new byte[Entry.SIZE], 0);
        assertThat(reader.read().orElseThrow().turn()).isEqualTo(2);
    }

    @Test
    void garbageIsNothingOrIsNamedAndTakesNoMemory() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = new byte[random.nextInt(600)];
            random.nextBytes(noise);
            posix.writeAt(reader.descriptor(), noise, random.nextInt(200));
            assertThat(reader.read()).isEmpty();
        }
    }

    /** The proof fits: somebody who knows how writes nonsense on purpose. */
    @Test
    void nonsenseWithAProofIsRefused() {
        for (byte[] shape : List.of(
                new byte[] {0x7f, 0, 0, 0},
                new byte[] {0, 0, 0, 1, 0, 0, 0, 0, 99},
                new byte[] {0, 0, 0, 1, 0, 0, 0, 9},
                new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                new byte[] {0, 0})) {
            Entry entry =
                    new Entry(1, 0, Entry.FIRST_TEXT, shape.length, new Entry.Shape(shape.length, Entry.sumOf(shape)));
            posix.writeAt(reader.descriptor(), new byte[Entry.FIRST_TEXT], 0);
            posix.writeAt(reader.descriptor(), shape, entry.offset());
            posix.writeAt(reader.descriptor(), entry.bytes(shape), entry.place());
            assertThatThrownBy(reader::read).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Whoever writes them out again takes names and labels as they are. */
    @Test
    void whatWouldSpoilTheTextOfAllIsRefused() {
        for (Family family : List.of(
                family("a b", Kind.COUNTER, PLAIN),
                family("", Kind.COUNTER, PLAIN),
                family("1a", Kind.COUNTER, PLAIN),
                family("a 1\nprefork_worker_up", Kind.COUNTER, PLAIN),
                family("ä", Kind.COUNTER, PLAIN),
                family("a", Kind.COUNTER, Row.of("x")),
                family("a", Kind.COUNTER, Row.of("x=\"1\"} 1\nb{y=\"1\"")),
                family("a", Kind.COUNTER, Row.of("b=\"1\",a=\"1\"")),
                family("a", Kind.COUNTER, PLAIN, PLAIN),
                family("a", Kind.HISTOGRAM, Row.withBounds("le=\"5\"", 1)),
                family("a", Kind.SUMMARY, Row.of("quantile=\"0.5\"")))) {
            Shape shape = new Shape(List.of(family));
            writer.write(new Exposition(shape, new double[shape.width()]), 0);
            assertThatThrownBy(reader::read).as("%s", family).isInstanceOf(IllegalArgumentException.class);
        }
        Shape twice = new Shape(List.of(family("a", Kind.GAUGE, PLAIN), family("a", Kind.GAUGE, PLAIN)));
        writer.write(new Exposition(twice, new double[2]), 0);
        assertThatThrownBy(reader::read).isInstanceOf(IllegalArgumentException.class);

        writer.write(counter("a:b_total", 1), 0);
        assertThat(reader.read().orElseThrow().exposition()).isEqualTo(counter("a:b_total", 1));
        Shape odd = new Shape(
                List.of(family("a", Kind.GAUGE, Row.of("le=\"5\"")), family("b", Kind.SUMMARY, Row.of("le=\"\\n\""))));
        writer.write(new Exposition(odd, new double[3]), 0);
        assertThat(reader.read().orElseThrow().exposition().shape()).isEqualTo(odd);
    }

    private static Family family(String name, Kind kind, Row... rows) {
        return new Family(name, kind, "", "", List.of(rows));
    }

    @Test
    void anEndlessTextIsNotLookedAt() {
        byte[] nothing = {};
        Entry entry = new Entry(1, 0, Entry.FIRST_TEXT, Entry.LONGEST + 1, new Entry.Shape(0, 0));
        posix.writeAt(reader.descriptor(), entry.bytes(nothing), entry.place());
        posix.writeAt(reader.descriptor(), new byte[Entry.SIZE], 0);
        assertThat(reader.read()).isEmpty();
    }

    @Test
    void whatIsTooLongIsNotWrittenAndWhatWasThereStays() {
        writer.write(counter("a_total", 1), 1);
        Family family = new Family("g", Kind.HISTOGRAM, "", "", List.of(Row.withBounds("", bounds())));
        Shape shape = new Shape(List.of(family));
        assertThat(writer.write(new Exposition(shape, new double[shape.width()]), 2))
                .isFalse();
        assertThat(reader.read().orElseThrow().exposition()).isEqualTo(counter("a_total", 1));
    }

    private static double[] bounds() {
        double[] bounds = new double[(Entry.LONGEST >> 4) + 1];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = i;
        }
        return bounds;
    }

    @Test
    void whoReadsWhileItIsWrittenReadsWholeTexts() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread scribe = new Thread(() -> {
            for (int i = 1; !over.get(); i++) {
                List<Row> rows = new ArrayList<>();
                double[] values = new double[1 + i % 7 * 100];
                for (int row = 0; row < values.length; row++) {
                    rows.add(Row.of("n=\"" + row + "\""));
                    values[row] = i;
                }
                writer.write(new Exposition(new Shape(List.of(new Family("g", Kind.GAUGE, "", "", rows))), values), i);
            }
        });
        scribe.start();
        try {
            long last = 0;
            for (int i = 0; i < 20_000 || last < 100; i++) {
                var text = reader.read();
                if (text.isPresent()) {
                    assertThat(text.get().turn()).isGreaterThanOrEqualTo(last);
                    last = text.get().turn();
                    assertThat(text.get().exposition().values()).containsOnly(last);
                }
            }
        } finally {
            over.set(true);
            scribe.join();
        }
    }

    @Test
    void theEnvironmentNamesTheDescriptorAndItIsKeptFromChildren() {
        assertThat(BoardWriter.fromEnvironment(posix, Map.of())).isEmpty();
        assertThat(BoardWriter.fromEnvironment(posix, Map.of(Variables.BOARD, "no")))
                .isEmpty();
        assertThat(BoardWriter.fromEnvironment(posix, Map.of(Variables.BOARD, "9999")))
                .isEmpty();

        posix.setCloseOnExec(reader.descriptor(), false);
        String number = Integer.toString(reader.descriptor());
        assertThat(BoardWriter.fromEnvironment(posix, Map.of(Variables.BOARD, number)))
                .isPresent();
        int closeOnExec = 0x80000;
        assertThat(OpenDescriptors.flags(reader.descriptor()) & closeOnExec).isNotZero();
    }

    /** A shell may start its program anew without ending itself. */
    @Test
    void aSecondWriterGoesOnWhereTheFirstStopped() {
        for (int i = 1; i <= 9; i++) {
            writer.write(counter("a_total", i), i);
        }
        assertThat(reader.read().orElseThrow().turn()).isEqualTo(9);
        new BoardWriter(posix, reader.descriptor()).write(counter("a_total", 1), 10);
        assertThat(reader.read()).hasValue(new BoardReader.Text(10, 10, counter("a_total", 1), 0));
    }

    @Test
    void aDescriptorThatIsNoBoardIsLeftAlone() {
        int[] pipe = posix.pipe();
        Map<String, String> environment = Map.of(Variables.BOARD, Integer.toString(pipe[1]));
        assertThat(BoardWriter.fromEnvironment(posix, environment)).isEmpty();
        posix.close(pipe[0]);
        posix.close(pipe[1]);
    }

    @Test
    void moreSeriesThanAnybodyHasAreNotWritten() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i <= 20_000; i++) {
            rows.add(Row.of("n=\"" + i + "\""));
        }
        Shape shape = new Shape(List.of(new Family("g", Kind.GAUGE, "", "", rows)));
        assertThat(writer.write(new Exposition(shape, new double[shape.width()]), 1))
                .isFalse();
        assertThatThrownBy(() -> Codec.decode(ByteBuffer.wrap(Codec.encode(shape))))
                .hasMessage("more than 20000 of a kind");
    }

    /** A worker may do with its memory as it likes, but seal it: nothing is mapped, so there is no SIGBUS; see mmap(2). */
    @Test
    void aBoardOfATebibyteIsReadAsAnyOtherAndOneThatIsCutShortIsNotRead() throws IOException {
        writer.write(counter("a_total", 1), 1);
        resize(1L << 40);
        assertThat(reader.read().orElseThrow().exposition()).isEqualTo(counter("a_total", 1));
        writer.write(counter("a_total", 2), 2);
        assertThat(reader.read().orElseThrow().turn()).isEqualTo(2);

        writer.write(counter("a_total", 3), 3);
        for (int length : new int[] {Entry.FIRST_TEXT + 1, Entry.FIRST_TEXT, Entry.SIZE, 1, 0}) {
            resize(length);
            assertThat(reader.read().orElseThrow().turn()).isEqualTo(2);
        }
        resize(1L << 40);
        assertThat(reader.read().orElseThrow().turn()).isEqualTo(2);
    }

    @Test
    void aBoardMayBeCutShortAgainAndAgainWhileItIsRead() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread cutter = new Thread(() -> {
            for (int i = 1; !over.get(); i++) {
                try {
                    resize(i % 300);
                    writer.write(counter("a_total", i), i);
                } catch (IOException e) {
                    over.set(true);
                }
            }
        });
        cutter.start();
        try {
            for (int i = 0; i < 10_000; i++) {
                reader.read().ifPresent(text -> assertThat(text.exposition().values())
                        .containsExactly(text.nanos()));
            }
            assertThat(over).isFalse();
        } finally {
            over.set(true);
            cutter.join();
        }
    }

    private void resize(long length) throws IOException {
        try (RandomAccessFile board = new RandomAccessFile("/proc/self/fd/" + reader.descriptor(), "rw")) {
            board.setLength(length);
        }
    }

    @Test
    void whatTakesTooMuchMemoryIsLeftOutFromTheEndAndTheRestIsRead() {
        Shape shape = new Shape(List.of(
                family("a", Kind.GAUGE, PLAIN, Row.of("x=\"1\"")), family("b", Kind.HISTOGRAM, Row.withBounds("", 1))));
        for (int i = 1; i < 4; i++) {
            writer.write(new Exposition(shape, new double[] {i, 2, 3, 4, 5}), i);
            BoardReader.Text text = reader.read(600).orElseThrow();
            assertThat(text.exposition().values()).containsExactly(i, 2);
            assertThat(text.leftOut()).isEqualTo(1);
        }
        try (BoardReader other = new SameBoard(posix, reader).open()) {
            assertThat(other.read(10_000).orElseThrow().leftOut()).isZero();
        }
    }

    /** Another reader of a board, one that has read nothing yet. */
    private record SameBoard(Posix posix, BoardReader board) {
        BoardReader open() {
            BoardReader other = BoardReader.open(posix);
            posix.duplicateOnto(board.descriptor(), other.descriptor());
            return other;
        }
    }
}
