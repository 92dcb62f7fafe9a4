package dev.prefork.listen;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Reads one listen address; see {@link ListenAddress#parse}. */
final class AddressParser {
    private static final String SEPARATOR = "://";

    /** As gunicorn, uvicorn and nginx write it, without slashes of its own. */
    private static final String UNIX = "unix:";

    /** unix(7): sun_path has 108 bytes, and the last one is the terminating NUL. */
    private static final int LONGEST_PATH = 107;

    private static final int LARGEST_PORT = 65535;
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._%*-]*");
    private static final Pattern BRACKETED = Pattern.compile("[0-9A-Fa-f:.]+(%[\\p{L}\\p{N}._-]+)?");

    private final String text;

    AddressParser(String text) {
        this.text = text;
    }

    ListenAddress parse() {
        if (text.isEmpty()) {
            throw wrong("it is empty", "write for instance tcp4://0.0.0.0:8080");
        }
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            return bare();
        }
        String rest = text.substring(separator + SEPARATOR.length());
        String scheme = text.substring(0, separator);
        return switch (scheme) {
            case "tcp" -> tcp(ListenAddress.Family.TCP, rest);
            case "tcp4" -> tcp(ListenAddress.Family.TCP4, rest);
            case "tcp6" -> tcp(ListenAddress.Family.TCP6, rest);
            case "unix" -> unix(rest);
            default -> throw wrong("unknown scheme '" + scheme + "'", "use tcp://, tcp4://, tcp6:// or unix://");
        };
    }

    private ListenAddress bare() {
        if (text.startsWith("/")) {
            throw wrong("a path needs its scheme", "write unix://" + text);
        }
        if (text.startsWith(UNIX)) {
            return unix(text.substring(UNIX.length()));
        }
        if (NUMBER.matcher(text).matches()) {
            return plain(ListenAddress.Family.TCP4, ":" + text);
        }
        // As others read it: every address of the machine, IPv4 as well; see "ipv6(7)", IPV6_V6ONLY.
        boolean everywhere = text.startsWith("[::]");
        ListenAddress.Family bracketed = everywhere ? ListenAddress.Family.TCP : ListenAddress.Family.TCP6;
        return tcp(text.startsWith("[") ? bracketed : ListenAddress.Family.TCP4, text);
    }

    private ListenAddress tcp(ListenAddress.Family family, String rest) {
        int end = rest.startsWith("[") ? rest.indexOf(']') : -1;
        return end < 0 ? plain(family, rest) : bracketed(family, rest, end);
    }

    private ListenAddress bracketed(ListenAddress.Family family, String rest, int end) {
        String host = rest.substring(1, end);
        if (family == ListenAddress.Family.TCP4) {
            throw wrong("tcp4 takes no IPv6 address", "write tcp6://" + rest);
        }
        if (!BRACKETED.matcher(host).matches()) {
            throw wrong("'" + host + "' is not an IPv6 address", "brackets are for addresses such as [::1]");
        }
        if (!rest.startsWith(":", end + 1)) {
            throw wrong("it has no port", "append one, such as :8080, or :0 for any free one");
        }
        return new ListenAddress.Tcp(family, host, port(rest.substring(end + 2)));
    }

    private ListenAddress plain(ListenAddress.Family family, String rest) {
        int colon = rest.lastIndexOf(':');
        if (colon < 0) {
            throw wrong("it has no port", "append one, such as :8080, or :0 for any free one");
        }
        String host = rest.substring(0, colon);
        if (host.contains(":")) {
            throw wrong("an IPv6 address needs brackets", "write for instance tcp6://[::1]:8080");
        }
        if (!HOST.matcher(host).matches() || (host.contains("*") && !host.equals("*"))) {
            throw wrong("'" + host + "' is not a host", "use a name, an address, or nothing for all addresses");
        }
        boolean everywhere = host.isEmpty() || host.equals("*");
        return new ListenAddress.Tcp(family, everywhere ? family.wildcard() : host, port(rest.substring(colon + 1)));
    }

    private int port(String digits) {
        if (!PORT.matcher(digits).matches() || Integer.parseInt(digits) > LARGEST_PORT) {
            throw wrong("'" + digits + "' is not a port", "use a number from 0 to " + LARGEST_PORT);
        }
        return Integer.parseInt(digits);
    }

    private ListenAddress unix(String path) {
        if (path.length() < 2 || !(path.startsWith("/") || path.startsWith("@"))) {
            throw wrong("it needs an absolute path", "write for instance unix:///run/app.sock");
        }
        if (path.endsWith("/") || path.indexOf('\0') >= 0) {
            throw wrong("the path does not name a file", "write for instance unix:///run/app.sock");
        }
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw wrong(
                    "the path has " + length + " bytes and the kernel allows " + LONGEST_PATH,
                    "use a shorter directory, such as /run");
        }
        requireNameable(path);
        return new ListenAddress.Unix(path);
    }

    /** The kernel takes any bytes, but the socket's file is also removed again, and the JDK goes by the locale there. */
    private void requireNameable(String path) {
        try {
            Path.of(path);
        } catch (InvalidPathException e) {
            throw wrong(
                    "a JVM without a UTF-8 locale cannot open this path", "set LC_ALL=C.UTF-8, or use plain letters");
        }
    }

    private IllegalArgumentException wrong(String problem, String remedy) {
        return new IllegalArgumentException("bad listen address '" + text + "': " + problem + "; " + remedy);
    }
}
