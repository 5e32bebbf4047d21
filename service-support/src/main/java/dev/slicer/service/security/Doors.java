package dev.slicer.service.security;

import dev.slicer.access.Role;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What every address needs, whether or not there is something at it: a caller who has a role. Resources need a certain one
 * beyond that, by annotation. So an address that nobody thought of is closed.
 */
@Singleton
class Doors implements HttpSecurityPolicy {
    /** The page's files, which hold no data, and what probes ask. */
    private static final Set<String> OPEN = Set.of("/", "/index.html", "/q/health");

    private static final List<String> OPEN_BELOW = List.of("/page/", "/q/health/");

    /** Of no resource. */
    private static final Map<String, Role> ROLES = Map.of("/q/metrics", Role.READ);

    static boolean isOpen(String path) {
        return OPEN.contains(path) || OPEN_BELOW.stream().anyMatch(path::startsWith);
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        String path = request.normalizedPath();
        if (isOpen(path)) {
            return CheckResult.permit();
        }
        return identity.map(Caller::of).map(found -> {
            Caller caller = found.orElseThrow(UnauthorizedException::new);
            Role needed = ROLES.get(path);
            if (caller.roles().isEmpty() || needed != null && !caller.roles().contains(needed)) {
                throw new ForbiddenException();
            }
            return CheckResult.PERMIT;
        });
    }
}
