package dev.prefork.warmup;

import java.time.Duration;
import java.util.List;

/**
 * What to ask for. Immutable.
 *
 * @param paths each begins with a slash
 * @param requests in all, to the paths in turn
 * @param atMost what it may take in all, however slow the answers are
 */
public record WarmupPlan(List<String> paths, int requests, Duration atMost) {
    public WarmupPlan {
        paths = List.copyOf(paths);
    }

    public boolean isEmpty() {
        return paths.isEmpty() || requests == 0;
    }

    /**
     * A path as it can stand in a request line; see RFC 9112, section 3.2.1.
     *
     * @throws IllegalArgumentException if it cannot, with one line that says why
     */
    public static String path(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with /, such as /hello; no host, no scheme");
        }
        if (!text.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
            throw new IllegalArgumentException("a path has only printable ASCII characters; percent-encode the others");
        }
        return text;
    }
}
