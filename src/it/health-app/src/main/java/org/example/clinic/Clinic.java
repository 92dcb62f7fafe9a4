package org.example.clinic;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

@ApplicationScoped
class Clinic {
    void routes(@Observes Router router) {
        router.get("/").handler(request -> request.response()
                .end("pid " + ProcessHandle.current().pid() + "\n"));
    }
}
