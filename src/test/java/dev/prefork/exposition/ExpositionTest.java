package dev.prefork.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    private static final Family HISTOGRAM = new Family(
            "h", Kind.HISTOGRAM, "Help", "seconds", List.of(Row.withBounds("", 1, 2), Row.withBounds("a=\"b\"", 3)));
    private static final Family SUMMARY = new Family("s", Kind.SUMMARY, "", "", List.of(Row.of("")));
    private static final Family COUNTER = new Family("c", Kind.COUNTER, "", "", List.of(Row.of(""), Row.of("x=\"y\"")));
    private static final Exposition ALL = new Exposition(
            new Shape(List.of(HISTOGRAM, SUMMARY, COUNTER)), new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});

    @Test
    void widthsAreThoseOfTheKinds() {
        assertThat(HISTOGRAM.width()).isEqualTo(4 + 3);
        assertThat(HISTOGRAM.width(HISTOGRAM.rows().get(1))).isEqualTo(3);
        assertThat(SUMMARY.width()).isEqualTo(2);
        for (Kind kind : List.of(Kind.COUNTER, Kind.GAUGE, Kind.INFO, Kind.UNKNOWN)) {
            assertThat(new Family("x", kind, "", "", List.of(Row.of(""), Row.of("a=\"\""))).width())
                    .isEqualTo(2);
        }
        assertThat(ALL.shape().width()).isEqualTo(11);
        assertThat(ALL.shape().rows()).isEqualTo(5);
        assertThat(Shape.EMPTY.width()).isZero();
    }

    @Test
    void numbersThatDoNotFitTheShapeAreRefused() {
        assertThatThrownBy(() -> new Exposition(ALL.shape(), new double[10]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Exposition(Shape.EMPTY, new double[1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsSelectedKeepsItsNumbersUnderItsNewName() {
        Exposition selected =
                ALL.select(family -> family.name().equals("s") ? Optional.empty() : Optional.of("my_" + family.name()));

        assertThat(selected.shape().families()).containsExactly(HISTOGRAM.named("my_h"), COUNTER.named("my_c"));
        assertThat(selected.values()).containsExactly(1, 2, 3, 4, 5, 6, 7, 10, 11);
        assertThat(ALL.select(family -> Optional.empty())).isEqualTo(Exposition.EMPTY);
        assertThat(ALL.select(family -> Optional.of(family.name()))).isEqualTo(ALL);
    }

    @Test
    void countsAreThoseOfAllSeriesOfAFamilyThatCounts() {
        assertThat(ALL.count("h")).hasValue(1 + 5);
        assertThat(ALL.count("s")).hasValue(8);
        assertThat(ALL.count("c")).as("a counter").isEmpty();
        assertThat(ALL.count("none")).isEmpty();
    }

    @Test
    void oneComesAfterTheOther() {
        Exposition counter = ALL.select(family -> Optional.of("z").filter(name -> family.kind() == Kind.COUNTER));
        Exposition both = counter.and(ALL);

        assertThat(both.shape().families()).containsExactly(COUNTER.named("z"), HISTOGRAM, SUMMARY, COUNTER);
        assertThat(both.values()).containsExactly(10, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(ALL.and(Exposition.EMPTY)).isEqualTo(ALL);
        assertThat(Exposition.EMPTY.and(ALL)).isEqualTo(ALL);
        assertThat(ALL.values()).as("neither is changed").hasSize(11);
    }

    @Test
    void equalIsWhatHasTheSameFamiliesAndNumbers() {
        Exposition same = new Exposition(
                new Shape(List.of(HISTOGRAM, SUMMARY, COUNTER)), ALL.values().clone());
        assertThat(same).isEqualTo(ALL).hasSameHashCodeAs(ALL);
        same.values()[3] = 0;
        assertThat(same).isNotEqualTo(ALL);
        assertThat(ALL.select(family -> Optional.of("x" + family.name()))).isNotEqualTo(ALL);
        Exposition nan = new Exposition(SUMMARY_SHAPE, new double[] {Double.NaN, 1});
        assertThat(nan).isEqualTo(new Exposition(SUMMARY_SHAPE, new double[] {Double.NaN, 1}));
    }

    private static final Shape SUMMARY_SHAPE = new Shape(List.of(SUMMARY));

    @Test
    void rowsAreEqualByTheirLabelsAndBounds() {
        double[] bounds = {1, 2};
        Row row = Row.withBounds("a=\"b\"", bounds);
        bounds[0] = 0;
        assertThat(row).isEqualTo(Row.withBounds("a=\"b\"", 1, 2)).hasSameHashCodeAs(Row.withBounds("a=\"b\"", 1, 2));
        assertThat(row).isNotEqualTo(Row.withBounds("a=\"b\"", 1, 3)).isNotEqualTo(Row.of("a=\"b\""));
        assertThat(row.labelled("c=\"d\"")).isEqualTo(Row.withBounds("c=\"d\"", 1, 2));
        assertThat(row.bounds()).isEqualTo(2);
        assertThat(row.bound(0)).isEqualTo(1);
        assertThat(Row.withBounds("")).isEqualTo(Row.of(""));
    }

    @Test
    void boundsThatDoNotAscendOrHaveNoEndAreRefused() {
        for (double[] bounds : new double[][] {
            {1, 1}, {2, 1}, {Double.NaN}, {1, Double.POSITIVE_INFINITY}, {Double.NEGATIVE_INFINITY, 1}
        }) {
            assertThatThrownBy(() -> Row.withBounds("", bounds)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFamilyDoesNotChangeWithTheListItWasMadeOf() {
        List<Row> rows = new ArrayList<>(List.of(Row.of("")));
        Family family = new Family("x", Kind.GAUGE, "Help", "bytes", rows);
        List<Family> families = new ArrayList<>(List.of(family));
        Shape shape = new Shape(families);
        rows.clear();
        families.clear();

        assertThat(shape.width()).isEqualTo(1);
    }
}
