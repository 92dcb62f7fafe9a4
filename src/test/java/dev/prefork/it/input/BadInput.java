package dev.prefork.it.input;

import java.util.List;
import java.util.stream.Stream;

/**
 * Something wrong that a user may say, and how the master must answer: all of it in one JVM by {@code BadInputTest}, and what
 * is {@link #packaged} by the jar too. {@code {busy}} stands for a port that is taken,
 * {@code {dir}} for a directory with a file {@code plain} and a socket {@code live.sock} that somebody listens on.
 *
 * @param options separated by blanks; a command follows them unless they end with {@code --}
 * @param fragments what the one line must say
 */
public record BadInput(String options, int exitCode, List<String> fragments) {
    static BadInput of(String options, int exitCode, String... fragments) {
        return new BadInput(options, exitCode, List.of(fragments));
    }

    /** Addresses nobody can listen on: exit code 5. */
    public static Stream<BadInput> addresses() {
        return Stream.of(
                of("--listen 127.0.0.1:{busy}", 5, "cannot listen on http=tcp4://127.0.0.1:", "or choose another"),
                of("--listen 127.0.0.1:0,b=127.0.0.1:{busy}", 5, "cannot listen on b=tcp4://127.0.0.1:"),
                of("--reuse-port --listen 127.0.0.1:{busy}", 5, "cannot listen on http=tcp4://127.0.0.1:"),
                of("--listen no-such-host.invalid:0", 5, "unknown host 'no-such-host.invalid'; check its spelling"),
                of("--listen tcp4://192.0.2.1:0", 5, "no interface here has this address", "or 0.0.0.0 for all"),
                of("--listen unix://{dir}/none/a.sock", 5, "there is no directory", "create or mount it first"),
                of("--listen unix://{dir}/live.sock", 5, "another process listens on it", "choose another path"),
                of("--listen unix://{dir}/plain", 5, "plain exists and is not a socket; remove it, or choose another"),
                of("--listen unix://{dir}", 5, "exists and is not a socket; remove it, or choose another"));
    }

    /** Options and values that make no sense: exit code 2. */
    public static Stream<BadInput> usage() {
        return Stream.of(values(), names(), metrics()).flatMap(rows -> rows);
    }

    /** One of each kind, for processes of their own: a wrong option, word, value, command, and address of both kinds. */
    static Stream<BadInput> packaged() {
        return Stream.concat(usage(), addresses()).filter(input -> List.of(
                        "--workrs 2",
                        "chekc",
                        "-w 2",
                        "--env-file {dir}/none.env",
                        "--stop-signal KILL",
                        "--blocking-listener fpm",
                        "gunicorn app:app --",
                        "--workers 2 node server.js --",
                        "--start-timeout 5parsecs",
                        "--workers 2 --",
                        "--listen 127.0.0.1:0,b=127.0.0.1:{busy}",
                        "--listen unix://{dir}/none/a.sock")
                .contains(input.options()));
    }

    private static Stream<BadInput> metrics() {
        return Stream.of(
                        "http://example.com:9100/metrics",
                        "ftp://127.0.0.1/metrics",
                        "http://127.0.0.1:910{slots}/metrics",
                        "unix:run/app.sock:/metrics",
                        "http://127.0.0.1:70000/metrics")
                .map(url -> of("--workers 2 --listen 127.0.0.1:0 --metrics-url " + url, 2, "metrics-url"));
    }

    private static Stream<BadInput> values() {
        return Stream.of(
                of("--listen 127.0.0.1:70000", 2, "'70000' is not a port", "a number from 0 to 65535"),
                of("--listen http://127.0.0.1:80", 2, "unknown scheme 'http'", "use tcp://, tcp4://"),
                of("--listen unix://relative.sock", 2, "it needs an absolute path", "unix:///"),
                of("--listen tcp4://[::1]:80", 2, "tcp4 takes no IPv6 address", "write tcp6://"),
                of("--listen 127.0.0.1", 2, "it has no port; append one, such as :8080"),
                of("--listen a=:8080,b=:8080", 2, "is given twice: remove one, or change its port"),
                of("--listen sp?ce=:8080", 2, "bad listener name 'sp?ce'"),
                of("--workers -1", 2, "--workers -1: there must be at least 1 worker", "give a number or auto"),
                of("--workers 0", 2, "--workers 0: there must be at least 1 worker"),
                of("--workers x", 2, "--workers x: not a whole number"),
                of("--workers 99999999999", 2, "this number is out of range"),
                of("--workers", 2, "--workers needs a value"),
                of("--workers 1 --workers 2", 2, "--workers is given more than once"),
                of("--workers 2 --min-ready 3", 2, "--min-ready 3: with 2 workers the pod would never be ready"),
                of("--recover-threshold -1", 2, "a threshold cannot be negative"),
                of("--recover-window -1s", 2, "a duration cannot be negative"),
                of("--recover-interval 1h", 2, "is longer than --recover-interval-max 30s"),
                of("--start-timeout 5parsecs", 2, "--start-timeout 5parsecs: not a duration", "such as 30s"),
                of("--start-timeout 0s", 2, "give a duration above zero"),
                of("--listen-mode 0660", 2, "--listen-mode 0660 has no effect: no listener is bound to a file"),
                of("--listen unix:///tmp/x --listen-mode u=rw", 2, "--listen-mode u=rw: not permissions of a file"),
                of("--listen none --listen-mode 0660", 2, "--listen-mode 0660 has no effect with --listen none"),
                of("--backlog 0", 2, "an accept queue holds at least 1 connection"),
                of("--listen none,127.0.0.1:0", 2, "none stands for no listener at all", "remove it, or the addresses"),
                of("--listen none --listen unix:///tmp/x", 2, "none stands for no listener at all"),
                of("--listen none --backlog 7", 2, "--backlog 7 has no effect with --listen none"),
                of("--listen none --reuse-port", 2, "--reuse-port true has no effect with --listen none"),
                of("--listen none --dialect nginx", 2, "--dialect nginx has no effect with --listen none"),
                of("--listen none --ready http=/x", 2, "--ready http=/x names no port", "give a whole URL, such as"),
                of(
                        "--listen none --ready http=http://8.8.8.8/x",
                        2,
                        "'http://8.8.8.8/x' is not an address in this pod"),
                of("--ready http=http://127.0.0.1:1/x", 2, "is a whole URL", "give the path alone"),
                of("--listen none --min-ready 2", 2, "--min-ready 2: with 1 worker the pod would never be ready"),
                of("--ready sometimes", 2, "not a readiness mode"),
                of("--env-file {dir}/none.env", 2, "none.env does not exist", "mount it, or correct the path"),
                of("--env-file {dir}/plain", 2, "plain: line 1 is not NAME=VALUE"),
                of("--env PREFORK_CHILD=1", 2, "--env: PREFORK_CHILD is set for each worker by Prefork"),
                of("--env LISTEN_FDS=2", 2, "--env: LISTEN_FDS is set for each worker by Prefork"),
                of("--env HOME", 2, "--env: without = this is not NAME=VALUE"),
                of("--stop-signal KILL", 2, "--stop-signal KILL: KILL ends a worker in the middle of its requests"),
                of("--stop-signal STOP", 2, "not a signal that asks a server to stop; give one of TERM, INT, QUIT"),
                of("--blocking-listener fpm", 2, "no listener is called 'fpm'", "the names are http,"),
                of("--reuse-port=maybe", 2, "--reuse-port=maybe: must be true or false"),
                of("--dialect perl", 2, "unknown dialect 'perl'", "server-starter, einhorn, nginx, stdin"));
    }

    private static Stream<BadInput> names() {
        return Stream.of(
                of("--workrs 2", 2, "unknown option --workrs; did you mean --workers"),
                of("--drain-delay -1s", 2, "--drain-delay -1s: a duration cannot be negative"),
                of("--standby -1", 2, "--standby -1"),
                of("--standby 1", 2, "--standby 1 has no effect on this command", "leave it out"),
                of("--watchdog 1ms", 2, "--watchdog 1ms: a garbage collection would look like a hang"),
                of("--watchdog-queue 3", 2, "--watchdog-queue 3 has no effect without a watchdog"),
                of("--ready http=x", 2, "--ready http=x: the path 'x' must begin with /"),
                of("--ready http=/ --listen unix:///tmp/x.sock", 2, "--ready http=/ needs a TCP listener"),
                of("--pod-grace-period soon", 2, "--pod-grace-period soon: not a duration"),
                of(
                        "--metrics-url x",
                        2,
                        "--metrics-url x: \"x\" is not an address of metrics; give http://HOST:PORT/PATH"),
                of("--warmup hello", 2, "--warmup hello: a path begins with /"),
                of("-w 2", 2, "unknown option -w: that is --workers here, as in --workers 4"),
                of("gunicorn app:app --", 2, "unknown verb gunicorn; a command to run comes after --, as in"),
                of("--workers 2 node server.js --", 2, "prefork [OPTIONS] -- node ...;"),
                of("chekc", 2, "unknown verb chekc; did you mean check", "comes after --"),
                of("run fast", 2, "unexpected argument fast"),
                of("--workers 2 --", 2, "missing command after --; give one"));
    }

    @Override
    public String toString() {
        return options + " => " + exitCode;
    }
}
