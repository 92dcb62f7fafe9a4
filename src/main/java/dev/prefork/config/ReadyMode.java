package dev.prefork.config;

import dev.prefork.supervise.Readiness;
import java.time.Duration;

/** What makes a worker ready, as it is set. Immutable. */
public sealed interface ReadyMode {

    /** The rule the supervisor follows. */
    Readiness readiness();

    /** It says so: READY=1 on NOTIFY_SOCKET, as in sd_notify(3). */
    record Notify() implements ReadyMode {
        @Override
        public Readiness readiness() {
            return Readiness.notification();
        }

        @Override
        public String toString() {
            return "notify";
        }
    }

    /** It has been alive for so long. */
    record Delay(Duration duration) implements ReadyMode {
        @Override
        public Readiness readiness() {
            return Readiness.after(duration);
        }

        @Override
        public String toString() {
            return "delay=" + DurationText.format(duration);
        }
    }

    /** It answers a request for a path as a server does that can serve. */
    record Http(String path) implements ReadyMode {
        @Override
        public Readiness readiness() {
            return Readiness.probe();
        }

        @Override
        public String toString() {
            return "http=" + path;
        }
    }

    /** It says so, or has been alive for a while without saying anything. */
    record Auto() implements ReadyMode {
        @Override
        public Readiness readiness() {
            return Readiness.automatic();
        }

        @Override
        public String toString() {
            return "auto";
        }
    }
}
