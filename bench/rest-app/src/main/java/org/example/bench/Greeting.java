package org.example.bench;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Says which process answers. */
@Path("/")
public class Greeting {
    private final String name = "worker ? (pid " + ProcessHandle.current().pid() + ")\n";

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public String greet() {
        return name;
    }
}
