package dev.prefork.control;

import dev.prefork.os.Endpoint;
import dev.prefork.procfs.AbstractNames;
import dev.prefork.procfs.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a master's control socket is: an abstract name (unix(7)) of its pid and its start time, which needs no writable directory, leaves
 * nothing behind, and is not that of a process which gets the same pid later. Immutable.
 *
 * <p>Abstract names belong to the network namespace, which containers of a pod share, while each may have a master with pid 1. A
 * name whose pid has another start time in this process' /proc is another container's.
 *
 * @param pid of the master, as it and this process see it
 * @param startTime of it, in ticks since the system's start
 */
public record ControlAddress(long pid, long startTime) {
    private static final String PREFIX = "prefork-control-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "([1-9][0-9]{0,9})-([0-9]{1,19})");

    /** That of a process; empty if there is none such, or its /proc cannot be read. */
    public static Optional<ControlAddress> of(Path proc, long pid) {
        return ProcessIdentity.startTime(proc, pid).stream()
                .mapToObj(started -> new ControlAddress(pid, started))
                .findFirst();
    }

    /** Those of all masters that this process can see, the lowest pid first. */
    public static List<ControlAddress> visible(Path proc) {
        return AbstractNames.listening(proc, PREFIX).stream()
                .flatMap(name -> parse(name).stream())
                .filter(address -> of(proc, address.pid).equals(Optional.of(address)))
                .sorted((one, other) -> Long.compare(one.pid, other.pid))
                .toList();
    }

    static Optional<ControlAddress> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        try {
            return matcher.matches()
                    ? Optional.of(
                            new ControlAddress(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                    : Optional.empty();
        } catch (NumberFormatException beyondALong) {
            return Optional.empty();
        }
    }

    Endpoint.Unix endpoint() {
        return new Endpoint.Unix("@" + PREFIX + pid + "-" + startTime);
    }
}
