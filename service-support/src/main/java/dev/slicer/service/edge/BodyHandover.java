package dev.slicer.service.edge;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Gives resources the body that was read already. */
class BodyHandover {

    @ServerRequestFilter(preMatching = true)
    void handOver(ContainerRequestContext request, RoutingContext context) {
        Bodies.take(context).ifPresent(body -> request.setEntityStream(new ByteArrayInputStream(body.getBytes())));
    }
}
