package dev.prefork.quarkus.worker;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.WorkerName;
import dev.prefork.log.LineTime;
import java.util.HashMap;
import java.util.Map;

/** The configuration values of a worker. Pure. */
final class WorkerSettings {
    /** Goes into a log format, so that every line of a worker says whose it is. */
    private static final String LABEL = "worker.label";

    static final String HOST_KEY = "quarkus.http.host";

    private WorkerSettings() {}

    /** What holds regardless of configuration. */
    static Map<String, String> facts(Inheritance inheritance, Assignment assignment) {
        Map<String, String> facts = new HashMap<>();
        if (!inheritance.isEmpty()) {
            facts.put("quarkus.vertx.prefer-native-transport", "true");
        }
        // TLS first: there is one host for both servers, and the plain one's is the better known.
        for (ServerKind kind : new ServerKind[] {ServerKind.TLS, ServerKind.PLAIN}) {
            Assignment.Share share = assignment.share(kind);
            if (!share.isEmpty()) {
                facts.put(kind.portKey(), String.valueOf(share.port()));
                share.host().ifPresent(host -> facts.put(HOST_KEY, host));
            }
        }
        if (inheritance.parent() == Inheritance.Parent.MASTER) {
            // The master serves it for all of them; a second bind of its port would fail.
            facts.put("quarkus.management.host-enabled", "false");
        }
        return facts;
    }

    /** What holds unless the user says otherwise. */
    static Map<String, String> defaults(Inheritance inheritance, Map<String, String> environment) {
        Map<String, String> defaults = new HashMap<>();
        // Without it Quarkus drops the requests in flight.
        defaults.put("quarkus.shutdown.timeout", GracePeriod.of(environment).toString());
        if (inheritance.parent() == Inheritance.Parent.MASTER) {
            // One transport for all workers, also for those that bind ports of their own.
            defaults.put("quarkus.vertx.prefer-native-transport", "true");
            defaults.put("quarkus.banner.enabled", "false");
            defaults.put("quarkus.log.console.format", "%d{" + LineTime.PATTERN + "} %-5p ${" + LABEL + ":}%s%e%n");
            defaults.put(LABEL, WorkerName.of(environment) + " ");
            // One worker's "Installed features" and "started in" are news; sixteen workers' are noise.
            defaults.put("quarkus.log.category.\"io.quarkus\".level", "WARN");
            defaults.put("quarkus.log.category.\"org.jboss.threads\".level", "WARN");
        }
        return defaults;
    }
}
