package org.example.orders;

import io.agroal.api.AgroalPoolInterceptor;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;

/** The parts of the application, each of which tells where it runs. */
class Beans {
    @Startup
    @ApplicationScoped
    static class AtStart {
        @Inject
        AtStart(Traces traces) {
            traces.leave("startup");
        }
    }

    @ApplicationScoped
    static class Job {
        @Inject
        Traces traces;

        @Scheduled(every = "1s")
        void run() {
            traces.leave("scheduled");
        }
    }

    /** A connection is made where Hibernate creates its tables. */
    @Singleton
    static class Pool implements AgroalPoolInterceptor {
        @Inject
        Traces traces;

        @Override
        public void onConnectionAcquire(Connection connection) {
            traces.leave("connection");
        }
    }

    @Readiness
    @ApplicationScoped
    static class Ready implements HealthCheck {
        @Inject
        Traces traces;

        @Override
        public HealthCheckResponse call() {
            traces.leave("readiness");
            return HealthCheckResponse.up("orders");
        }
    }

    /** Not injected as it is: that fails the start where the database is switched off. */
    @ApplicationScoped
    static class Orders {
        @Inject
        InjectableInstance<SessionFactory> factories;

        void routes(@Observes Router router) {
            router.get("/orders")
                    .blockingHandler(request -> request.response().end(count() + " orders\n"));
        }

        private long count() {
            try (StatelessSession session = factories.get().openStatelessSession()) {
                return session.createSelectionQuery("select count(*) from PlacedOrder", Long.class)
                        .getSingleResult();
            }
        }
    }
}
