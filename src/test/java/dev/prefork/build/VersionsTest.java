package dev.prefork.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Versions can be updated one by one, and tried without an edit: each stands in one place, a property of pom.xml, or in .ci/run. */
class VersionsTest {
    private static final Path POM = Path.of("pom.xml");
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([\\w.-]+\\.version)}");
    private static final Pattern NPM_TOOL = Pattern.compile("install_tool \\S+ (\\S+)");

    private static List<String> texts(Document document, String parent, String child) {
        List<String> found = new ArrayList<>();
        NodeList parents = document.getElementsByTagName(parent);
        for (int i = 0; i < parents.getLength(); i++) {
            NodeList children = ((Element) parents.item(i)).getElementsByTagName(child);
            if (children.getLength() > 0) {
                found.add(children.item(0).getTextContent());
            }
        }
        return found;
    }

    private static Document pom() throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(POM.toFile());
    }

    @Test
    void dependenciesAndPluginsNameAProperty() throws Exception {
        Document pom = pom();
        assertThat(texts(pom, "dependency", "version")).isNotEmpty().allMatch(version -> PROPERTY.matcher(version)
                .matches());
        assertThat(texts(pom, "plugin", "version")).isNotEmpty().allMatch(version -> PROPERTY.matcher(version)
                .matches());
    }

    @Test
    void eachPropertyIsARelease() throws Exception {
        String pom = Files.readString(POM);
        List<String> used = PROPERTY.matcher(pom)
                .results()
                .map(result -> result.group(1))
                .filter(name -> !name.startsWith("java.") && !name.startsWith("project."))
                .distinct()
                .toList();
        for (String name : used) {
            MatchResult value = Pattern.compile("<" + Pattern.quote(name) + ">([^<]*)</")
                    .matcher(pom)
                    .results()
                    .reduce((first, second) -> {
                        throw new AssertionError(name + " stands twice");
                    })
                    .orElseThrow(() -> new AssertionError(name + " is not there"));
            assertThat(value.group(1)).as(name).matches("[0-9]+(\\.[0-9]+)+(\\.Final)?");
        }
        assertThat(used).contains("quarkus.version", "jffi.version", "spotbugs-plugin.version");
    }

    @Test
    void toolsOfCiHaveOneToo() throws Exception {
        assertThat(NPM_TOOL.matcher(Files.readString(Path.of(".ci", "run"))).results())
                .isNotEmpty()
                .allMatch(tool -> tool.group(1).matches("[0-9]+(\\.[0-9]+){2}"));
    }
}
