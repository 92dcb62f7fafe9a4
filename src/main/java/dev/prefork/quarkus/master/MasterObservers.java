package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.ManagementInterface;
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

    void begin(@Observes @Priority(EARLY) StartupEvent event) {
        if (RunningMaster.exists()) {
            SwallowedErrors.begin();
        }
    }

    void install(@Observes ManagementInterface management) {
        if (RunningMaster.exists()) {
            install(management.router(), RunningMaster.current().orElseThrow());
        }
    }

    private static void install(Router management, RunningMaster running) {
        SwallowedErrors.install(management);
        AnswerEnds.install(management);
        new MetricsEndpoint().install(management, running, ConfigProvider.getConfig());
    }
}
