package org.example.clinic;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Each is DOWN while there is a file of its name, for all processes or for one; and notes who has called it. */
class Checks {
    private static final Path DIRECTORY = Path.of(System.getenv("CHECKS"));

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck readiness() {
        return () -> check("database connection", "database");
    }

    @Produces
    @ApplicationScoped
    @Liveness
    HealthCheck liveness() {
        return () -> check("deadlock", "deadlock");
    }

    @Produces
    @ApplicationScoped
    @Startup
    HealthCheck startup() {
        return () -> check("cache", "cache");
    }

    private static HealthCheckResponse check(String name, String file) {
        try {
            Files.writeString(
                    DIRECTORY.resolve("callers"),
                    ProcessHandle.current().pid() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean down = Files.exists(DIRECTORY.resolve(file))
                || Files.exists(DIRECTORY.resolve(file + "-" + System.getenv("PREFORK_SLOT")));
        return HealthCheckResponse.named(name)
                .status(!down)
                .withData("reason", down ? "refused" : "none")
                .build();
    }
}
