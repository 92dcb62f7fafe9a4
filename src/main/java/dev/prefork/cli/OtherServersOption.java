package dev.prefork.cli;

import dev.prefork.config.Option;
import dev.prefork.config.Options;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is called otherwise here than in gunicorn, uvicorn, puma, uWSGI or nginx: the words that fingers know. */
enum OtherServersOption {
    BIND(Options.LISTEN, "0.0.0.0:8080", "--bind", "-b", "--socket", "-s", "--http", "--http-socket"),
    HOST(Options.LISTEN, "127.0.0.1:8080", "--host"),
    PORT(Options.LISTEN, "8080", "--port", "-p"),
    UNIX_SOCKET(Options.LISTEN, "unix:///tmp/app.sock", "--uds", "--unix-socket"),
    WORKERS(Options.WORKERS, "4", "-w", "--processes", "--num-workers"),
    TIMEOUT(Options.WATCHDOG, "30s", "--timeout", "-t", "--harakiri", "--worker-timeout"),
    BOOT_TIMEOUT(Options.START_TIMEOUT, "60s", "--worker-boot-timeout"),
    GRACE(
            Options.SHUTDOWN_GRACE_PERIOD,
            "30s",
            "--graceful-timeout",
            "--timeout-graceful-shutdown",
            "--worker-shutdown-timeout"),
    REQUESTS(Options.MAX_REQUESTS, "10000", "--limit-max-requests"),
    LIFETIME(Options.MAX_LIFETIME, "1d", "--workers-lifetime", "--max-worker-lifetime"),
    CONFIG(
            "options also stand in config/application.properties or in PREFORK_... variables; a server's own"
                    + " configuration file is an argument of the command after --",
            "-c",
            "-C",
            "--config"),
    THREADS("threads are a server's own, so give this to the command after --", "--threads", "--preload", "-k"),
    DAEMON("Prefork stays in the foreground, as a container's entrypoint must; leave it out", "--daemon", "-D", "-d"),
    PID_FILE("no file is needed to find a master; leave it out", "--pid", "--pidfile"),
    USER("the pod decides as whom it runs, with securityContext.runAsUser", "--user", "-u", "--group", "-g");

    private final String hint;
    private final List<String> words;

    OtherServersOption(Option<?> ours, String example, String... words) {
        this("that is " + ours.word() + " here, as in " + ours.word() + " " + example, words);
    }

    OtherServersOption(String hint, String... words) {
        this.hint = hint;
        this.words = List.of(words);
    }

    /** What to write instead, to follow the unknown word; also of a short one with its value attached, as in {@code -w4}. */
    static Optional<String> hint(String word) {
        String name = word.matches("-[^-][^a-zA-Z].*") ? word.substring(0, 2) : word;
        return Stream.of(values())
                .filter(option -> option.words.contains(name))
                .findFirst()
                .map(option -> ": " + option.hint);
    }
}
