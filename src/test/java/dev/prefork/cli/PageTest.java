package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final String LONG =
            IntStream.range(0, 60).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

    @Test
    void headingsAreApartAndWhatIsBelowIsIndented() {
        assertThat(new Page()
                        .heading("One")
                        .sentence("a b")
                        .row("label", "c")
                        .heading("Two")
                        .item("d"))
                .hasToString("One\n  a b\n  label           c\n\nTwo\n  - d\n");
    }

    @Test
    void longLinesAreBrokenBetweenWordsAndStayBesideTheirLabel() {
        String text = new Page().row("label", LONG).toString();

        assertThat(text.lines()).hasSizeGreaterThan(2).allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(Page.WIDTH)
                .startsWith("  "));
        assertThat(text.lines().skip(1)).allSatisfy(line -> assertThat(line).startsWith(" ".repeat(18) + "word"));
        assertThat(text.replaceAll("\\s+", " ").strip()).isEqualTo("label " + LONG);
    }

    @Test
    void whatFollowsTheFirstLineOfASentenceIsIndentedMore() {
        assertThat(new Page().sentence(LONG).toString().lines().skip(1))
                .allSatisfy(line -> assertThat(line).startsWith("    word"));
        assertThat(new Page().item(LONG).toString().lines().skip(1))
                .allSatisfy(line -> assertThat(line).startsWith("    word"));
    }

    @Test
    void aWordThatIsLongerThanALineStaysWhole() {
        String path = "/" + "x".repeat(120);

        assertThat(new Page().sentence("at " + path).toString()).isEqualTo("  at\n    " + path + "\n");
    }

    @Test
    void nothingInAValueBreaksALine() {
        assertThat(new Page().sentence("a\nb\u001b[2J")).hasToString("  a?b?[2J\n");
    }
}
