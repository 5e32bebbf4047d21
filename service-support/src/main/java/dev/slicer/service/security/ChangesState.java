package dev.slicer.service.security;

import dev.slicer.access.Role;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Marks requests to what only those may ask for who may change something: what tags or reads is no change. */
class ChangesState {
    private static final String MARK = "slicer.changes-state";
    private static final Set<String> CHANGING = Set.of(Role.Name.TRAIN, Role.Name.OPERATE);

    @ServerRequestFilter
    void mark(ResourceInfo resource, RoutingContext request) {
        boolean changes = Optional.ofNullable(resource.getResourceMethod().getAnnotation(RolesAllowed.class))
                .map(roles -> CHANGING.containsAll(Set.of(roles.value())))
                .orElse(false);
        request.put(MARK, changes);
    }

    static boolean of(RoutingContext request) {
        return Boolean.TRUE.equals(request.get(MARK));
    }
}
