package dev.prefork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainWordsTest {

    @Test
    void theProjectSpeaksPlainly() {
        List<TextFile> files = ProjectFiles.all();

        assertThat(files).extracting(TextFile::path).contains("README.md", "docs/RUNBOOK.md", "k8s/Dockerfile.jvm");
        assertThat(PlainWords.violations(files)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "worker 0 (pid 1) ended unasked: exit code 1|ended unasked|exited unexpectedly",
                "every unasked end is replaced|unasked end|unexpected exit",
                "SIGTERM loses nobody|nobody|client",
                "Somebody has to ask|Somebody|process",
                "as anybody can|anybody|process",
                "so everybody reads it|everybody|process",
                "whoever scrapes|whoever|person",
                "to whomever it concerns|whomever|person",
                "Whatever it does|Whatever|any",
                "refuse newcomers|newcomers|new connections",
                "a newcomer is ready first|newcomer|new connections",
                "auto is reckoned anew|reckoned|calculate",
                "to reckon with|reckon|calculate",
                "mend the crash|mend|fix",
                "once it is mended|mended|fix",
                "a start is dear|dear|expensive",
                "a worker fell silent|fell silent|stopped responding",
                "it has fallen silent|fallen silent|stopped responding",
                "the pod serves on for 5s|serves on|keeps serving",
                "to serve on, if it can|serve on|keeps serving",
                "killed by the kernel for want of memory|killed by the kernel for want of memory|OOM-killed",
                "for want of a terminal|for want of|without",
                "5 parsecs: this is no duration|is no duration|is not a",
                "port 'http' is no port|is no port|has no",
                "descriptor 3 is no open socket|is no open|is not a",
                "stopping: it says so itself|says so itself|STOPPING=1",
                "first generation ready: every worker has been|first generation|all workers ready",
                "a keepsake of the master|keepsake|descriptor",
                "the last words of a pod|last words|termination message",
                "a drill of the stop|drill|warm-up",
                "the rehearsal of the exit|rehearsal|warm-up",
                "they rehearse it|rehearse|warm-up",
                "three beats for each|beats|heartbeat",
                "the beat is left out|the beat|heartbeat",
                "keeps its hands off them|hands off|touch",
                "ends of its own will|of its own will|by itself"
            })
    void aWordThatIsNotPlainIsFoundWithItsReplacement(String line, String word, String instead) {
        assertThat(violations("README.md", "Clean.", line)).anySatisfy(found -> assertThat(found)
                .startsWith("README.md:2 has \"" + word + "\"; use instead: ")
                .contains(instead));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "I commend it, amend it and recommend it; they are endeared to it, and the end is drilled-down.",
                "worker 0 (pid 1) exited unexpectedly: exit code 1",
                "it keeps serving for 5s",
                "serve on port 8080, on the port, serves on {@code address}, serving on 127.0.0.1:8080",
                "There is no duration, and there is no port either; it is no longer a socket, and is no better",
                "the key nobody-serves-for-ms",
                "the heartbeats, the heartbeat and a beat-up car",
                "it hands off to the next worker, a hand-off",
                "the first generations of clients; the first generation never became ready",
                "unmasked, unasked-for, lastly words, rehearsals-to-be"
            })
    void aPlainLineIsNot(String line) {
        assertThat(violations("README.md", line)).isEmpty();
    }

    @Test
    void aPhraseIsFoundAcrossLinesAndNamedByTheFirst() {
        assertThat(violations("docs/A.md", "One.", "A worker fell", "silent."))
                .singleElement()
                .asString()
                .startsWith("docs/A.md:2 has \"fell silent\"");
        assertThat(violations("k8s/a.yaml", "# It keeps its hands", "# off them."))
                .singleElement()
                .asString()
                .startsWith("k8s/a.yaml:1 has \"hands # off\"");
        assertThat(violations("docs/A.md", "There", "is no way.")).isEmpty();
    }

    @Test
    void eachOccurrenceIsFound() {
        assertThat(violations("SECURITY.md", "nobody", "", "nobody and somebody"))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md.bak", "src/test/java/A.java", "docs2/A.md"})
    void whatIsOutOfTheScopeIsLeftAlone(String path) {
        assertThat(violations(path, "nobody")).isEmpty();
    }

    private static List<String> violations(String path, String... lines) {
        return PlainWords.violations(List.of(new TextFile(path, List.of(lines))));
    }
}
