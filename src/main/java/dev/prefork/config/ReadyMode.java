package dev.prefork.config;

import dev.prefork.probe.HttpProbe;
import dev.prefork.supervise.Readiness;
import java.time.Duration;

/** What makes a worker ready, as it is set. Immutable. */
public sealed interface ReadyMode {

    /** The rule the supervisor follows. */
    Readiness readiness();

    /** An IllegalArgumentException says what is wrong and what would be right. */
    static ReadyMode parse(String text) {
        if (text.startsWith("delay=")) {
            return new Delay(DurationText.parse(text.substring("delay=".length())));
        }
        if (text.startsWith("http=")) {
            String path = text.substring("http=".length());
            HttpProbe.refusal(path).ifPresent(why -> {
                throw new IllegalArgumentException(why);
            });
            return new Http(path);
        }
        return switch (text) {
            case "notify" -> new Notify();
            case "auto" -> new Auto();
            default ->
                throw new IllegalArgumentException(
                        "not a readiness mode; give notify, auto, delay=D such as delay=5s, or"
                                + " http=PATH such as http=/healthz");
        };
    }

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
