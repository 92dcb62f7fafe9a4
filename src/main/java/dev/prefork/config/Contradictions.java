package dev.prefork.config;

import dev.prefork.container.WorkerKind;
import dev.prefork.listen.ListenAddress;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Readiness;
import java.util.List;

/** Values that make sense alone, and none together. */
final class Contradictions {
    private Contradictions() {}

    /** Refuses the first one. */
    static void refuse(Settings settings) {
        management(settings);
        metrics(settings);
        watchdog(settings);
        warmup(settings);
        stopSignal(settings);
        java(settings);
        listeners(settings);
        replacement(settings);
        settings.get(Options.WORKERS).ifPresent(settings::requireReachable);
        times(settings);
        new RecyclingSettings(settings).refuse();
    }

    private static void management(Settings settings) {
        refuseIf(
                settings.get(Options.ADMIN_TOKEN).isPresent()
                        && settings.get(Options.ADMIN_TOKEN_FILE).isPresent(),
                settings.origin(Options.ADMIN_TOKEN) + " and " + settings.assignment(Options.ADMIN_TOKEN_FILE)
                        + ": which of the two counts would be a guess; leave one out");
    }

    private static void metrics(Settings settings) {
        refuseIf(
                settings.get(Options.METRICS_URL).isPresent()
                        && settings.command().isEmpty(),
                settings.assignment(Options.METRICS_URL)
                        + ": built-in workers already pass their metrics to the master; leave it out, or name a command"
                        + " after --");
    }

    private static void watchdog(Settings settings) {
        refuseIf(
                settings.get(Options.WATCHDOG_QUEUE).isPresent()
                        && settings.get(Options.WATCHDOG).isEmpty(),
                settings.assignment(Options.WATCHDOG_QUEUE) + " has no effect without a watchdog; set "
                        + Options.WATCHDOG.word() + " too, or leave it out");
    }

    private static void warmup(Settings settings) {
        refuseIf(
                !settings.get(Options.WARMUP).isEmpty() && settings.workerKind() == WorkerKind.COMMAND,
                settings.assignment(Options.WARMUP)
                        + " has no effect on this command: only built-in workers, and Java programs with Prefork as a"
                        + " dependency, warm themselves up; leave it out");
        refuseIf(
                settings.isGiven(Options.WARMUP_REQUESTS)
                        && settings.get(Options.WARMUP).isEmpty(),
                settings.assignment(Options.WARMUP_REQUESTS) + " has no effect without a path; set "
                        + Options.WARMUP.word() + " too, or leave it out");
    }

    private static void stopSignal(Settings settings) {
        refuseIf(
                settings.get(Options.STOP_SIGNAL) != Signal.TERM
                        && settings.command().isEmpty(),
                settings.assignment(Options.STOP_SIGNAL)
                        + ": built-in workers stop by TERM alone; leave it out, or name a command after --");
    }

    private static void replacement(Settings settings) {
        refuseIf(
                settings.isGiven(Options.MAX_SURGE)
                        && settings.get(Options.MAX_SURGE) == 0
                        && settings.get(Options.MAX_UNAVAILABLE) == 0,
                settings.assignment(Options.MAX_SURGE) + ", and " + Options.MAX_UNAVAILABLE.word()
                        + " 0: no worker could ever be replaced; raise one of them");
        boolean standby = settings.get(Options.STANDBY) > 0;
        refuseIf(
                standby && settings.workerKind() == WorkerKind.COMMAND,
                settings.assignment(Options.STANDBY)
                        + " has no effect on this command: only built-in workers, and Java programs with Prefork as a"
                        + " dependency, wait until they are told to serve; leave it out");
        refuseIf(
                standby && settings.get(Options.REUSE_PORT),
                settings.assignment(Options.STANDBY) + " and " + settings.assignment(Options.REUSE_PORT)
                        + ": connections would be sent to the socket of a standby, which accepts none; leave one of them out");
        refuseIf(
                standby && !settings.listens(),
                settings.assignment(Options.STANDBY)
                        + " has no effect with --listen none: a worker that binds its own port does not wait until it is told to"
                        + " serve; leave it out");
    }

    private static void java(Settings settings) {
        refuseIf(
                settings.isGiven(Options.WORKER_JAVA_OPTIONS)
                        && !settings.command().isEmpty(),
                settings.assignment(Options.WORKER_JAVA_OPTIONS)
                        + ": only built-in workers are started with it; leave it out, and give a java command its"
                        + " options after --");
        refuseIf(
                settings.get(Options.BOOT_CACHE).directory().isPresent()
                        && !settings.workerKind().isJvm(),
                settings.assignment(Options.BOOT_CACHE)
                        + " has no effect: the workers are no JVM that this master starts itself; leave it out, or name a"
                        + " java command after --");
    }

    private static void listeners(Settings settings) {
        if (settings.listens()) {
            beside(settings);
        } else {
            without(settings);
        }
    }

    /** Workers bind their own. */
    private static void without(Settings settings) {
        String none = settings.assignment(Options.LISTEN);
        refuseIf(
                settings.command().isEmpty(),
                none
                        + ": built-in workers serve from the master's listeners, so they would serve nothing; name a command"
                        + " after --, or give an address");
        for (Option<?> option : List.of(
                Options.LISTEN_MODE,
                Options.BACKLOG,
                Options.REUSE_PORT,
                Options.BLOCKING_LISTENER,
                Options.DIALECT,
                Options.WATCHDOG_QUEUE,
                Options.WARMUP)) {
            refuseIf(
                    settings.isGiven(option) && !settings.text(option).equals("false"),
                    settings.assignment(option) + " has no effect with " + none
                            + ": there is no listener of the master's; leave one of them out");
        }
        refuseIf(
                settings.get(Options.READY).path().isPresent(),
                settings.assignment(Options.READY) + " names no port, and with " + none
                        + " only the workers know theirs; give a whole URL, such as"
                        + " http=http://127.0.0.1:3000/healthz");
    }

    private static void beside(Settings settings) {
        refuseIf(
                !settings.get(Options.BLOCKING_LISTENER).isEmpty()
                        && settings.command().isEmpty(),
                settings.assignment(Options.BLOCKING_LISTENER)
                        + ": an event loop of a built-in worker would hang in accept; leave it out, or name a command after"
                        + " --");
        refuseIf(
                settings.get(Options.READY).url().isPresent(),
                settings.assignment(Options.READY)
                        + " is a whole URL, which only workers that bind their own ports need"
                        + " (--listen none); give the path alone, such as http=/healthz");
        refuseIf(
                settings.get(Options.LISTEN_MODE).isPresent()
                        && settings.get(Options.LISTEN).stream()
                                .noneMatch(spec -> spec.address().isFile()),
                settings.assignment(Options.LISTEN_MODE)
                        + " has no effect: no listener is bound to a file; listen on unix:///PATH too, or leave it out");
        boolean onlyFiles =
                settings.get(Options.LISTEN).stream().noneMatch(spec -> spec.address() instanceof ListenAddress.Tcp);
        refuseIf(
                onlyFiles && settings.get(Options.WATCHDOG_QUEUE).orElse(0) > 0,
                settings.assignment(Options.WATCHDOG_QUEUE)
                        + " needs a TCP listener: for a unix one the kernel only says whether connections wait; give 0, or"
                        + " listen on a TCP port too");
        refuseIf(
                onlyFiles && settings.get(Options.READY).path().isPresent(),
                settings.assignment(Options.READY)
                        + " needs a TCP listener: on a unix one it is unknown which worker answered, so no worker would"
                        + " ever be ready; listen on a TCP port too, or choose notify or delay=D");
    }

    private static void times(Settings settings) {
        Readiness ready = settings.get(Options.READY).readiness();
        refuseIf(
                settings.get(Options.RECOVER_INTERVAL).compareTo(settings.get(Options.RECOVER_INTERVAL_MAX)) > 0,
                settings.assignment(Options.RECOVER_INTERVAL) + " is longer than "
                        + settings.assignment(Options.RECOVER_INTERVAL_MAX)
                        + ": the wait could never be that long; lower the former or raise the latter");
        refuseIf(
                settings.get(Options.START_TIMEOUT).isZero(),
                settings.assignment(Options.START_TIMEOUT)
                        + ": every worker would fail at once; give a duration above zero");
        refuseIf(
                !ready.byNotification()
                        && ready.aliveFor()
                                .filter(delay -> delay.compareTo(settings.get(Options.START_TIMEOUT)) >= 0)
                                .isPresent(),
                settings.assignment(Options.READY) + " is not shorter than "
                        + settings.assignment(Options.START_TIMEOUT)
                        + ": no worker would ever be ready; lower the former or raise the latter");
    }

    private static void refuseIf(boolean contradiction, String line) {
        if (contradiction) {
            throw new UsageException(line);
        }
    }
}
