package dev.prefork.agent;

import dev.prefork.supervise.Readiness;
import java.time.Duration;
import java.util.Optional;

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
            return "delay=" + Durations.format(duration);
        }
    }

    /** It answers a request for a path as a server does that can serve. */
    record Http(String path) implements ReadyMode {

        /** Why this is no path to ask for, and what to do; empty if it is one. */
        static Optional<String> refusal(String path) {
            return path.matches("/[\\x21-\\x7e]*")
                    ? Optional.empty()
                    : Optional.of("a path to ask for begins with / and has neither blanks nor letters beyond ASCII;"
                            + " give one such as http=/healthz");
        }

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
