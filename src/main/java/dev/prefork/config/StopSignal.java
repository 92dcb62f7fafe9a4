package dev.prefork.config;

import dev.prefork.os.Signal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The signals that servers take as a request to stop, as one may write them. Constants. */
final class StopSignal {
    private static final List<Signal> ALL =
            List.of(Signal.TERM, Signal.INT, Signal.QUIT, Signal.HUP, Signal.USR1, Signal.USR2, Signal.WINCH);

    private StopSignal() {}

    /** By its name with or without SIG, or by its number, as in a Dockerfile's STOPSIGNAL. */
    static Signal parse(String text) {
        String name = text.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
        if (Stream.of(Signal.KILL.name(), Integer.toString(Signal.KILL.number()))
                .anyMatch(name::equals)) {
            throw new IllegalArgumentException(
                    "KILL ends a worker in the middle of its requests, and the master sends it"
                            + " after the grace period anyhow; give a signal that the command handles, such as TERM or QUIT");
        }
        return ALL.stream()
                .filter(signal -> signal.name().equals(name) || name.equals(Integer.toString(signal.number())))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a signal that asks a server to stop; give one of "
                        + ALL.stream().map(Signal::name).collect(Collectors.joining(", "))));
    }
}
