package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import dev.prefork.quarkus.master.page.StatusPage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * What Quarkus tells the parts of a master. There is one such class and not one for each part, and it asks in which role it
 * is before it names any of them: every application that depends on this project has it, and pays for what it loads.
 *
 * <p>Threading: Quarkus' main thread.
 */
@Singleton
class MasterObservers {
    private static final int EARLY = 1;

    /** Null in a process that is not a master. */
    private StatusPage page;

    void begin(@Observes @Priority(EARLY) StartupEvent event) {
        if (RunningMaster.exists()) {
            SwallowedErrors.begin();
        }
    }

    void end(@Observes ShutdownEvent event) {
        if (page != null) {
            page.close();
        }
    }

    void install(@Observes ManagementInterface management, Vertx vertx) {
        if (RunningMaster.exists()) {
            install(management.router(), RunningMaster.current().orElseThrow(), vertx);
        }
    }

    private void install(Router management, RunningMaster running, Vertx vertx) {
        SwallowedErrors.install(management);
        AnswerEnds.install(management);
        new HealthEndpoint(running, ConfigProvider.getConfig()).install(management);
        new MetricsEndpoint().install(management, running, ConfigProvider.getConfig());
        page = new StatusPage(
                        vertx,
                        running,
                        request -> AnswerEnds.gate(request).ifPresent(RequestGate::endless),
                        StatusPage.Limits.DEFAULT)
                .install(management);
    }
}
