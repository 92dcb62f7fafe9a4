package dev.prefork.listen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A name and an address to listen on, one item of {@code --listen}. Immutable.
 *
 * @param name as in LISTEN_FDNAMES, which joins names with colons: letters, digits, {@code . _ -}, at most 255
 */
public record ListenSpec(String name, ListenAddress address) {
    /** The name of the first listener when the user gave none. */
    public static final String DEFAULT_NAME = "http";

    /** Stands in the place of all addresses: the master listens on none. */
    public static final String NONE = "none";

    /** More listeners than this are a mistake rather than a wish. */
    public static final int MOST = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");

    public ListenSpec {
        requireName(name);
    }

    /** @throws IllegalArgumentException with one line that says what would be a name */
    public static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("bad listener name '" + name
                    + "': use 1 to 255 letters, digits, dots, underscores and hyphens, as in http=tcp4://0.0.0.0:8080");
        }
    }

    /**
     * Parses items {@code [NAME=]ADDRESS}, of which each may be a comma list. An unnamed first listener is {@code http}, an
     * unnamed one at position n is {@code listener-n}. A name may occur twice, as in systemd; an address may not, but for
     * port 0. {@link #NONE} alone is an empty list.
     *
     * @throws IllegalArgumentException with one line that says what is wrong and what would be right
     */
    public static List<ListenSpec> parseList(List<String> items) {
        List<ListenSpec> specs = new ArrayList<>();
        List<String> all = items.stream()
                .flatMap(item -> Stream.of(item.split(",", -1)))
                .map(String::strip)
                .toList();
        if (all.equals(List.of(NONE))) {
            return List.of();
        }
        if (all.contains(NONE)) {
            throw new IllegalArgumentException(
                    "none stands for no listener at all and not beside an address: remove it, or the addresses");
        }
        all.forEach(one -> specs.add(parse(one, specs.size())));
        checkTogether(specs);
        return List.copyOf(specs);
    }

    /** The same as one would write them. */
    public static String text(List<ListenSpec> specs) {
        return specs.isEmpty() ? NONE : specs.stream().map(ListenSpec::toString).collect(Collectors.joining(","));
    }

    public static String defaultName(int position) {
        return position == 0 ? DEFAULT_NAME : "listener-" + position;
    }

    private static ListenSpec parse(String text, int position) {
        String item = text.strip();
        int equals = item.indexOf('=');
        String before = item.substring(0, Math.max(0, equals));
        // A path may contain '=' as well: only one before it ends a name.
        if (equals < 0 || before.startsWith("/") || before.contains("://") || before.startsWith("unix:")) {
            return new ListenSpec(defaultName(position), ListenAddress.parse(item));
        }
        return new ListenSpec(item.substring(0, equals).strip(), ListenAddress.parse(item.substring(equals + 1)));
    }

    private static void checkTogether(List<ListenSpec> specs) {
        if (specs.isEmpty()) {
            throw new IllegalArgumentException(
                    "no listen address: give at least one, such as http=tcp4://0.0.0.0:8080");
        }
        if (specs.size() > MOST) {
            throw new IllegalArgumentException(specs.size() + " listen addresses are too many: give at most " + MOST);
        }
        Set<ListenAddress> seen = new HashSet<>();
        for (ListenSpec spec : specs) {
            boolean anyPort = spec.address() instanceof ListenAddress.Tcp tcp && tcp.port() == 0;
            if (!anyPort && !seen.add(spec.address())) {
                throw new IllegalArgumentException(
                        "listen address " + spec.address() + " is given twice: remove one, or change its port");
            }
        }
    }

    @Override
    public String toString() {
        return name + "=" + address;
    }
}
