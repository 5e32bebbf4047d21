package dev.slicer.service.security;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * What every address needs, whether or not there is something at it: a caller who has a role. Resources need a certain one
 * beyond that, by annotation. So an address that nobody thought of is closed.
 */
@Singleton
class Doors implements HttpSecurityPolicy {
    /** The page, which holds no data. */
    private static final Set<String> OPEN = Set.of("/", "/index.html");

    /** Its files. */
    private static final String OPEN_BELOW = "/page/";

    private static boolean isOpen(String path) {
        return OPEN.contains(path) || path.startsWith(OPEN_BELOW);
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        if (isOpen(request.normalizedPath())) {
            return CheckResult.permit();
        }
        return identity.map(Caller::of).map(found -> {
            Caller caller = found.orElseThrow(UnauthorizedException::new);
            if (caller.roles().isEmpty()) {
                throw new ForbiddenException();
            }
            return CheckResult.PERMIT;
        });
    }
}
