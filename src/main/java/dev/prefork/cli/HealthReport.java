package dev.prefork.cli;

import dev.prefork.config.ManagementAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * What {@code prefork health} says. Immutable.
 *
 * @param exitCode {@link #UP} or {@link #NOT_UP}
 * @param body for the standard output, if a master answered
 * @param problem for the standard error, if it is not up
 */
record HealthReport(int exitCode, Optional<String> body, Optional<String> problem) {
    static final int UP = 0;

    /** DOWN, or no master to ask. To a kubelet's probe every code but 0 is the same; 2 is for a bad question. */
    static final int NOT_UP = 1;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    static HealthReport of(ManagementAddress address, Probe probe, Duration deadline) {
        String place = place(address);
        try {
            HealthAnswer answer = HealthCall.of(address, probe, deadline);
            if (answer.isUp()) {
                return new HealthReport(UP, Optional.of(answer.body()), Optional.empty());
            }
            if (answer.isHealth()) {
                String problem = "not " + probe.word() + ": " + answer.reason(probe);
                return new HealthReport(NOT_UP, Optional.of(answer.body()), Optional.of(problem));
            }
            return failed(stranger(place, address, probe, answer.status()));
        } catch (TimeoutException e) {
            return failed("no answer from " + place + " within " + deadline.toSeconds()
                    + " s: is the master hung, or short of CPU?");
        } catch (HealthCall.NotHttpException e) {
            return failed("the server on " + place + " does not speak HTTP" + (address.tls() ? " over TLS" : "")
                    + ": is it the master, and does it use the same quarkus.management.* and quarkus.tls.*?");
        } catch (IOException e) {
            return failed(unreachable(place, e));
        }
    }

    private static HealthReport failed(String problem) {
        return new HealthReport(NOT_UP, Optional.empty(), Optional.of(problem));
    }

    private static String stranger(String place, ManagementAddress address, Probe probe, int status) {
        String what = place + " answers " + status + " to " + address.rootPath() + "/health/" + probe.word();
        return status == UNAUTHORIZED || status == FORBIDDEN
                ? what + ": it requires authentication, which a probe cannot give; permit that path without it"
                : what + " but without health data: is it the master, and built from the same application?";
    }

    private static String unreachable(String place, IOException e) {
        if (e instanceof SSLException) {
            return "no TLS connection to " + place + " (" + e.getMessage() + "): does the master use the same"
                    + " quarkus.management.* and quarkus.tls.*?";
        }
        if (e instanceof UnknownHostException) {
            return "the host of " + place + " cannot be resolved: correct quarkus.management.host";
        }
        String reason =
                e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused")
                        ? "connection refused"
                        : e.getMessage();
        return "cannot connect to " + place + " (" + reason
                + "): is the master running, and is quarkus.management.port the same for both?";
    }

    private static String place(ManagementAddress address) {
        String host = address.hosts().get(0);
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.port();
    }
}
