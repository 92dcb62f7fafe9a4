package dev.prefork.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What static analysis finds and is accepted has a reason, and names classes that exist. */
class AcceptedFindingsTest {
    private static final Path FILE = Path.of("src", "spotbugs", "accepted.xml");
    private static final int SHORTEST_REASON = 20;

    private static NodeList elements(String name) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(FILE.toFile())
                .getElementsByTagName(name);
    }

    @Test
    void eachHasAReason() throws Exception {
        NodeList matches = elements("Match");
        assertThat(matches.getLength()).isPositive();
        for (int i = 0; i < matches.getLength(); i++) {
            Node first = matches.item(i).getFirstChild().getNextSibling();
            assertThat(first.getNodeType()).as(matches.item(i).getTextContent()).isEqualTo(Node.COMMENT_NODE);
            assertThat(first.getNodeValue().strip()).hasSizeGreaterThan(SHORTEST_REASON);
        }
    }

    @Test
    void eachClassExists() throws Exception {
        NodeList classes = elements("Class");
        for (int i = 0; i < classes.getLength(); i++) {
            String name = ((Element) classes.item(i)).getAttribute("name");
            assertThat(Path.of("target", "classes", name.replace('.', '/') + ".class"))
                    .exists();
        }
    }
}
