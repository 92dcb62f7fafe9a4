package org.example.shop;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

@ApplicationScoped
class Shop {
    void routes(@Observes Router router) {
        router.get("/shop").handler(request -> request.response()
                .end("open, pid " + ProcessHandle.current().pid() + "\n"));
    }
}
