package dev.slicer.service.security;

import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;
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

    private final Access access;

    Doors(Access access) {
        this.access = access;
    }

    private static boolean isOpen(String path) {
        return OPEN.contains(path) || path.startsWith(OPEN_BELOW);
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        Optional<String> foreign = foreignName(request);
        if (foreign.isPresent()) {
            return Uni.createFrom()
                    .failure(new ProblemException(
                            ProblemType.FORBIDDEN,
                            "this service asks nobody who they are, so it answers to 127.0.0.1 and localhost and not to "
                                    + foreign.get()
                                    + "; slicer.security.mode or slicer.security.allow-open change that"));
        }
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

    /**
     * By what name a request asks for a service that is for this machine alone: a page on the web can have its own name lead
     * here, and its visitor's browser then takes the service for the page's own.
     */
    private Optional<String> foreignName(RoutingContext request) {
        return access.isForThisMachine()
                ? Optional.ofNullable(request.request().authority())
                        .map(HostAndPort::host)
                        .filter(name -> !Access.isLoopback(name))
                : Optional.empty();
    }
}
