package dev.prefork.os;

import java.util.Optional;
import java.util.stream.Stream;

/** The signals Prefork sends or takes, with the numbers of signal(7) that x86-64 and aarch64 share. */
public enum Signal {
    HUP(1),
    INT(2),
    QUIT(3),
    ABRT(6),
    KILL(9),
    USR1(10),
    SEGV(11),
    USR2(12),
    PIPE(13),
    TERM(15),
    CHLD(17),
    TTIN(21),
    TTOU(22),
    WINCH(28);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** {@code SIGTERM} for 15; {@code signal 33} for a number without a name here. */
    public static String describe(int number) {
        return of(number).map(s -> "SIG" + s.name()).orElse("signal " + number);
    }

    static Optional<Signal> of(int number) {
        return Stream.of(values()).filter(signal -> signal.number == number).findFirst();
    }
}
