package dev.prefork.quarkus.worker;

import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;

/**
 * Checks of Quarkus' SmallRye Health extension, which runs them on the threads that they are meant for. Only this class knows the extension,
 * so that an application need not have it.
 */
final class SmallRyeChecks implements OwnChecks {
    private static final String STATUS = "status";
    private static final String DATA = "data";

    /** The extension's own: DOWN as soon as a stop begins, of which the master knows. */
    private static final String OF_THE_EXTENSION = "io.quarkus.smallrye.health.runtime.";

    private final SmallRyeHealthReporter reporter;

    private SmallRyeChecks(SmallRyeHealthReporter reporter) {
        this.reporter = reporter;
    }

    /** Absent where the application does not have the extension, or no check; once it is started. */
    static Optional<OwnChecks> ofThisApplication() {
        try {
            Class.forName("io.smallrye.health.SmallRyeHealthReporter");
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
        return Stream.<Type>of(HealthCheck.class, AsyncHealthCheck.class).anyMatch(SmallRyeChecks::exists)
                ? Optional.of(new SmallRyeChecks(
                        CDI.current().select(SmallRyeHealthReporter.class).get()))
                : Optional.empty();
    }

    private static boolean exists(Type check) {
        return CDI.current().getBeanManager().getBeans(check, Any.Literal.INSTANCE).stream()
                .anyMatch(bean -> !bean.getBeanClass().getName().startsWith(OF_THE_EXTENSION));
    }

    @Override
    public CompletableFuture<Optional<String>> ask(Kind kind) {
        // As in a request for them: a check may use beans that live as long as one.
        ManagedContext request = Arc.container().requestContext();
        request.activate();
        try {
            Uni<SmallRyeHealth> health =
                    switch (kind) {
                        case STARTUP -> reporter.getStartupAsync();
                        case READINESS -> reporter.getReadinessAsync();
                        case LIVENESS -> reporter.getLivenessAsync();
                    };
            var state = request.getState();
            return health.subscribeAsCompletionStage()
                    .thenApply(SmallRyeChecks::down)
                    .whenComplete((down, failure) -> request.destroy(state));
        } finally {
            request.deactivate();
        }
    }

    private static Optional<String> down(SmallRyeHealth health) {
        return health.isDown() ? Optional.of(text(health.getPayload())) : Optional.empty();
    }

    /** @param health as it is answered to a request for it, see the MicroProfile Health specification */
    static String text(JsonObject health) {
        return Optional.ofNullable(health.getJsonArray("checks")).stream()
                .flatMap(checks -> checks.getValuesAs(JsonObject.class).stream())
                .filter(check -> !"UP".equals(check.getString(STATUS, "")))
                .map(SmallRyeChecks::line)
                .collect(Collectors.joining("; "));
    }

    private static String line(JsonObject check) {
        JsonObject data = Optional.ofNullable(check.getJsonObject(DATA)).orElse(JsonValue.EMPTY_JSON_OBJECT);
        String why = data.size() == 1
                ? data.values().stream().map(SmallRyeChecks::text).collect(Collectors.joining())
                : data.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                        .collect(Collectors.joining(", "));
        return check.getString("name", "unnamed") + (why.isEmpty() ? "" : ": " + why);
    }

    private static String text(JsonValue value) {
        return value instanceof JsonString string ? string.getString() : value.toString();
    }
}
