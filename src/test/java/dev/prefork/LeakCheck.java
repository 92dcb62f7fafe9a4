package dev.prefork;

import static dev.prefork.Waits.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this process has: descriptors, threads of ours, children. Taken before and compared after. */
public final class LeakCheck {
    private final Map<String, String> descriptors = descriptors();
    private final Set<Long> children = children();

    /** Fails unless everything that was opened or started since is gone. */
    public void assertNothingLeft() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Map<String, String> left = descriptors();
            // By number and target: a leak may have taken a number that was free again.
            left.entrySet().removeAll(descriptors.entrySet());
            // The JDK opens jars and its entropy source at its own times; what is ours are sockets and pipes.
            left.values().removeIf(target -> !target.startsWith("socket:") && !target.startsWith("pipe:"));
            org.assertj.core.api.Assertions.assertThat(left).as("descriptors").isEmpty();
            org.assertj.core.api.Assertions.assertThat(threads()).as("threads").isEmpty();
            Set<Long> alive = children();
            alive.removeAll(children);
            org.assertj.core.api.Assertions.assertThat(alive).as("children").isEmpty();
        });
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("prefork-"))
                .collect(Collectors.toSet());
    }

    private static Set<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    private static Map<String, String> descriptors() {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            entries.forEach(entry -> {
                try {
                    found.put(
                            entry.getFileName().toString(),
                            Files.readSymbolicLink(entry).toString());
                } catch (IOException e) {
                    // The directory listing's own descriptor, closed by now.
                    found.remove(entry.getFileName().toString());
                }
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found;
    }
}
