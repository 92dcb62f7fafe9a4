package dev.prefork.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The name of a variable that processes agree on stands once in the product. */
class ProtocolNamesTest {
    private static final Pattern NAME = Pattern.compile(
            "\"((?:PREFORK|LISTEN|WATCHDOG|EINHORN|SERVER_STARTER)_[A-Z][A-Z_]*|NOTIFY_SOCKET|NGINX)\"");

    @Test
    void eachNameStandsOnceInTheProduct() {
        List<String> sources = ProjectFiles.all().stream()
                .filter(file -> file.isMain() && file.isJava())
                .map(file -> String.join("\n", file.lines()))
                .toList();

        assertThat(uses(sources)).containsKeys("PREFORK_CHILD", "LISTEN_FDS", "NOTIFY_SOCKET", "EINHORN_FD_", "NGINX");
        assertThat(repeated(sources)).isEmpty();
    }

    @Test
    void aNameThatStandsTwiceIsFound() {
        assertThat(repeated(List.of(
                        "get(\"LISTEN_FDS\") + get(\"NGINX\")",
                        "\"LISTEN_FDS\"; \"unset LISTEN_PID\"",
                        "\"LISTEN_PID\"")))
                .containsExactly("LISTEN_FDS");
    }

    private static List<String> repeated(List<String> sources) {
        return uses(sources).entrySet().stream()
                .filter(use -> use.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, Long> uses(List<String> sources) {
        return sources.stream()
                .flatMap(source -> NAME.matcher(source).results())
                .collect(Collectors.groupingBy(found -> found.group(1), TreeMap::new, Collectors.counting()));
    }
}
