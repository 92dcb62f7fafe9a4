package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a document points to is there. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#+ +(.*)");
    private static final Pattern OUR_FILE = Pattern.compile("(?:docs|k8s|src|\\.ci)/[\\w./-]+");

    static List<Document> documents() {
        return Document.all();
    }

    private static Stream<String> links(Document document) {
        return Document.found(LINK, document.proseText().replaceAll("`[^`]+`", ""))
                .filter(link -> !link.startsWith("https://"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsToAFileAndAHeading(Document document) {
        assertThat(links(document)).allSatisfy(link -> {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document.file()
                    : document.file().resolveSibling(parts[0]).normalize();
            assertThat(target).exists();
            if (parts.length > 1) {
                assertThat(anchors(Document.read(target.toString()))).contains(parts[1]);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyFileOfOursThatIsNamedIsThere(Document document) {
        assertThat(Document.spans(document.proseText()))
                .filteredOn(span -> OUR_FILE.matcher(span).matches())
                .allSatisfy(span -> assertThat(Path.of(span)).exists());
    }

    @Test
    void thereAreLinksAndNamesToFollow() {
        assertThat(documents().stream().map(Document::toString))
                .contains("README.md", "SECURITY.md", "docs/RUNBOOK.md", "k8s/helm/prefork/README.md");
        assertThat(documents().stream().flatMap(LinksTest::links)).hasSizeGreaterThan(10);
        assertThat(links(Document.read("docs/KUBERNETES.md"))).anyMatch(link -> link.contains("#"));
        assertThat(Document.spans(Document.read("docs/KUBERNETES.md").proseText()))
                .anyMatch(span -> OUR_FILE.matcher(span).matches());
    }

    /** As GitHub makes them: small letters, digits, hyphens for blanks, and a number behind those that come again. */
    private static List<String> anchors(Document document) {
        Map<String, Integer> times = new HashMap<>();
        return document.prose().stream()
                .map(HEADING::matcher)
                .filter(heading -> heading.matches())
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\p{L} -]", "")
                        .replace(' ', '-'))
                .map(anchor -> {
                    int before = times.merge(anchor, 1, Integer::sum) - 1;
                    return before == 0 ? anchor : anchor + "-" + before;
                })
                .toList();
    }
}
