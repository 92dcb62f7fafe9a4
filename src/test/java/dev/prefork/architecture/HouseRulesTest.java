package dev.prefork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HouseRulesTest {
    private static final String MAIN = "src/main/java/dev/prefork/os/";
    private static final String TEST = "src/test/java/dev/prefork/os/";

    @Test
    void everyFileOfTheProjectKeepsTheRules() {
        List<TextFile> files = ProjectFiles.all();

        assertThat(files).extracting(TextFile::path).contains("pom.xml", "mvnw", MAIN + "Posix.java");
        assertThat(HouseRules.violations(files)).isEmpty();
    }

    @Test
    void aFileMustNotBeLongerThanTheLimit() {
        TextFile longest = file(TEST + "ATest.java", HouseRules.LONGEST);
        TextFile longer = file(TEST + "BTest.java", HouseRules.LONGEST + 1);

        assertThat(HouseRules.violations(List.of(longest, longer)))
                .singleElement()
                .asString()
                .startsWith(TEST + "BTest.java has 501 lines");
    }

    @Test
    void mostFilesMustBeShort() {
        TextFile info = file(MAIN + "package-info.java", 2);
        TextFile middle = file(MAIN + "A.java", HouseRules.MEDIAN);
        TextFile over = file(MAIN + "B.java", HouseRules.MEDIAN + 1);
        TextFile huge = file(MAIN + "C.java", 400);

        assertThat(HouseRules.violations(List.of(info, middle, middle, huge))).isEmpty();
        assertThat(HouseRules.violations(List.of(info, middle, over, huge)))
                .singleElement()
                .asString()
                .startsWith("the median file of src/main has 101 lines");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WorkerManager", "TestHelper", "StringUtil", "ProcUtils"})
    void aClassIsNamedForWhatItDoes(String name) {
        assertThat(HouseRules.violations(List.of(file(TEST + name + ".java", 1))))
                .singleElement()
                .asString()
                .contains("is named for nothing in particular");
    }

    @Test
    void testsAreOnWaitForEventsAndCanFail() {
        // Written in pieces, or this very file would break the rule.
        List<String> weak = List.of("@" + "Disabled", "  Thread" + ".sleep(10);", "assertTrue" + "(true);");

        assertThat(HouseRules.violations(List.of(new TextFile(TEST + "ATest.java", weak))))
                .hasSize(3)
                .allSatisfy(found -> assertThat(found).contains("a weak test"));
    }

    @Test
    void nothingInMainIsUnfinished() {
        List<String> lines =
                List.of("// TODO later", "/* FIXME */", "throw new UnsupportedOperationException();", "ok");

        assertThat(HouseRules.violations(
                        List.of(new TextFile(MAIN + "A.java", lines), file(MAIN + "package-info.java", 2))))
                .hasSize(3)
                .allSatisfy(
                        found -> assertThat(found).startsWith(MAIN + "A.java:").contains("unfinished"));
    }

    @Test
    void noFileNamesAPackageRegistry() {
        List<String> hosts = Stream.of(
                        "repo1?maven?org", "repo?maven?apache?org", "deb?debian?org", "registry?npmjs?org")
                .map(host -> "https://" + host.replace('?', '.') + "/x")
                .toList();

        assertThat(HouseRules.violations(List.of(new TextFile("docs/INSTALL.md", hosts))))
                .hasSize(hosts.size())
                .allSatisfy(found -> assertThat(found).contains("the host of a package registry"));
        assertThat(HouseRules.violations(List.of(new TextFile(
                        "README.md", List.of("https://maven.apache.org/xsd", "https://archive.apache.org")))))
                .isEmpty();
    }

    @Test
    void theTopDirectoryHoldsOnlyWhatItIsMeantTo() {
        assertThat(HouseRules.violations(List.of(file("notes.txt", 1), file("scripts/x.sh", 1), file("docs/x.md", 1))))
                .containsExactly(
                        "notes.txt does not belong into the top directory",
                        "scripts does not belong into the top directory");
    }

    @Test
    void everyPackageOfTheProductSaysWhatItIs() {
        assertThat(HouseRules.violations(List.of(file(MAIN + "A.java", 1), file(TEST + "ATest.java", 1))))
                .singleElement()
                .asString()
                .startsWith("src/main/java/dev/prefork/os has no package-info.java");
    }

    @Test
    void anUnpackedArchiveIsWalkedWithoutWhatWasBuilt(@TempDir Path top) throws IOException {
        for (String file : List.of("pom.xml", "src/main/A.java", "src/target/B.java", "target/C.java", ".idea/d.xml")) {
            Path path = top.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "x");
        }

        assertThat(ProjectFiles.walk(top))
                .extracting(path -> top.relativize(path).toString())
                .containsExactlyInAnyOrder("pom.xml", "src/main/A.java", "src/target/B.java");
    }

    private static TextFile file(String path, int lines) {
        return new TextFile(path, new ArrayList<>(Collections.nCopies(lines, "x")));
    }
}
