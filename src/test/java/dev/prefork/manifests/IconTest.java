package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** The chart shows its icon without fetching it from anywhere. */
class IconTest {
    private static final Path ICON = Chart.DIRECTORY.resolve("icon.svg");
    private static final Path CHART = Chart.DIRECTORY.resolve("Chart.yaml");
    private static final String DATA = "data:image/svg+xml;base64,";

    @Test
    void theChartContainsTheIcon() throws IOException {
        JsonNode chart = Manifests.read(Files.readString(CHART));

        assertThat(chart.path("icon").asText())
                .as("run: sed -i \"s|^icon: .*|icon: %s$(base64 -w0 %s)|\" %s", DATA, ICON, CHART)
                .isEqualTo(DATA + Base64.getEncoder().encodeToString(Files.readAllBytes(ICON)));
    }

    @Test
    void theIconIsASmallPictureThatNamesNothingOutside() throws Exception {
        byte[] text = Files.readAllBytes(ICON);
        String root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(text))
                .getDocumentElement()
                .getTagName();

        assertThat(root).isEqualTo("svg");
        assertThat(text).hasSizeLessThan(2000);
        assertThat(new String(text, StandardCharsets.UTF_8)).doesNotContain("href", "script");
    }
}
