package dev.prefork.app;

import dev.prefork.config.AdminSecret;
import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.supervise.Policy;
import java.time.Duration;
import java.util.Optional;

/** What holds at the moment, since settings may be read anew. Any thread. */
record InForce(Reload reload, Replacing replacing) {
    Settings settings() {
        return reload.settings();
    }

    int minReady() {
        return settings().get(Options.MIN_READY);
    }

    Optional<String> adminToken() {
        return AdminSecret.of(settings());
    }

    Duration recoverWindow() {
        return settings().get(Options.RECOVER_WINDOW);
    }

    Policy policy(Readings limits) {
        return replacing.first().with(settings(), limits).policy();
    }
}
