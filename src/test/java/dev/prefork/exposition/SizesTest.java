package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SizesTest {
    private static final String ODD = "ä€\\\\\\n\\\"" + new String(Character.toChars(0x1f600));

    private static Exposition of(Kind kind, String name, Row row, double value) {
        Shape shape = new Shape(List.of(new Family(name, kind, "Why\\\n\"" + ODD, "seconds", List.of(row))));
        double[] values = new double[shape.width()];
        Arrays.fill(values, value);
        return new Exposition(shape, values);
    }

    @ParameterizedTest
    @EnumSource
    void noTextIsLongerThanItsSizeAndNotMuchShorter(Kind kind) {
        Row row = kind == Kind.HISTOGRAM
                ? Row.withBounds("a=\"" + ODD + "\"", 1.2345678901234567e-300, 0.1, 1.2345678901234567e300)
                : Row.of("a=\"" + ODD + "\"");
        for (Format format : Format.values()) {
            for (double value : new double[] {1, -1.2345678901234567e-300}) {
                Exposition one = of(kind, "name_seconds", row, value);
                Family family = one.shape().families().get(0);
                long bound = Sizes.text(family) + Sizes.text(family, row) + "# EOF\n".length();
                assertThat((long) ExpositionWriter.write(one, format).length)
                        .as("%s %s", kind, format)
                        .isLessThanOrEqualTo(bound);
            }
        }
        Family family = new Family("n", kind, "", "", List.of(row));
        assertThat(Sizes.text(family, row)).isLessThan(600);
    }

    /** Compared with what a JVM really takes for very many, which no accident can change much. */
    @Test
    void noRowTakesMoreMemoryThanItsSize() {
        Random random = new Random(5);
        int count = 20_000;
        String[] labels = new String[count];
        for (int i = 0; i < count; i++) {
            String value = Long.toHexString(random.nextLong());
            labels[i] = "a=\"" + (i % 2 == 0 ? value : value + "€") + "\"";
        }
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Row[] rows = new Row[count];
        rows[0] = Row.withBounds("warm", 1, 2);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < count; i++) {
            rows[i] = Row.withBounds(new String(labels[i].toCharArray()), 1, 2, 3);
        }
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        // The characters and the bounds that were only passed are garbage.
        long garbage = 0;
        long sizes = 0;
        for (Row row : rows) {
            garbage += 24 + 2L * row.labels().length() + 16 + 3 * Double.BYTES;
            sizes += Sizes.heap(row);
        }
        assertThat(sizes).isBetween((long) (0.9 * (allocated - garbage)), 2 * (allocated - garbage));
    }

    @Test
    void aShapeIsCutWhereItsMemoryEnds() {
        Family one = new Family("one", Kind.GAUGE, "", "", List.of(Row.of("a=\"1\""), Row.of("a=\"2\"")));
        Family other = new Family("other", Kind.GAUGE, "", "", List.of(Row.of(""), Row.of("a=\"2\"")));
        Exposition all = new Exposition(new Shape(List.of(one, other)), new double[] {1, 2, 3, 4});
        long whole = Sizes.heap(one)
                + Sizes.heap(other)
                + one.rows().stream().mapToLong(Sizes::heap).sum()
                + other.rows().stream().mapToLong(Sizes::heap).sum();

        assertThat(all.within(whole)).isSameAs(all);
        assertThat(all.within(whole - 1).values()).containsExactly(1, 2, 3);
        assertThat(all.within(whole - 1).shape().families())
                .containsExactly(one, new Family("other", Kind.GAUGE, "", "", List.of(Row.of(""))));
        long second = Sizes.heap(other.rows().get(1));
        assertThat(all.within(whole - second - 1).values()).containsExactly(1, 2);
        assertThat(all.within(Sizes.heap(one)).shape().families()).isEmpty();
    }

    @Test
    void aTextOfManyPiecesIsThatOfItsLines() {
        StringBuilder expected = new StringBuilder("# TYPE a gauge\n");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            rows.add(Row.of("x=\"€" + i + "\""));
            expected.append("a{x=\"€").append(i).append("\"} 0\n");
        }
        Exposition many =
                new Exposition(new Shape(List.of(new Family("a", Kind.GAUGE, "", "", rows))), new double[20_000]);
        assertThat(new String(ExpositionWriter.write(many, Format.PROMETHEUS), StandardCharsets.UTF_8))
                .isEqualTo(expected.toString());
    }
}
