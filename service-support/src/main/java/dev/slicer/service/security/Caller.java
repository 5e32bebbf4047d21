package dev.slicer.service.security;

import dev.slicer.access.KeyEntry;
import dev.slicer.access.Role;
import dev.slicer.service.http.ProblemException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who sends a request.
 *
 * @param name by which events and the audit log call them; {@value KeyEntry#NOBODY} where nobody has to say who they are
 * @param requestsPerSecond that their key allows; absent where the service's own limit counts
 */
public record Caller(String name, Set<Role> roles, OptionalDouble requestsPerSecond) {
    private static final String ATTRIBUTE = "slicer.caller";
    private static final int LONGEST_NAME = 200;

    static Caller everybody() {
        return new Caller(KeyEntry.NOBODY, EnumSet.allOf(Role.class), OptionalDouble.empty());
    }

    static Caller of(KeyEntry key) {
        return new Caller(key.name(), key.roles(), key.requestsPerSecond());
    }

    /** Who sent a request, once the layers before the resources have seen it; empty for one without key and token. */
    public static Optional<Caller> of(RoutingContext request) {
        return request.user() instanceof QuarkusHttpUser user ? of(user.getSecurityIdentity()) : Optional.empty();
    }

    public static Optional<Caller> of(SecurityIdentity identity) {
        if (identity.isAnonymous()) {
            return Optional.empty();
        }
        Caller known = identity.getAttribute(ATTRIBUTE);
        return Optional.of(
                known == null
                        ? new Caller(
                                singleLine(identity.getPrincipal().getName()),
                                identity.getRoles().stream()
                                        .map(Role::find)
                                        .flatMap(Optional::stream)
                                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class))),
                                OptionalDouble.empty())
                        : known);
    }

    /** What events say of who sent a request, which the layers before the resources have let in. */
    public static String nameOf(RoutingContext request) {
        return of(request).map(Caller::name).orElse(KeyEntry.NOBODY);
    }

    /** A provider may call people as it likes; the name gets into events and a log. */
    private static String singleLine(String name) {
        String line = name.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}/\\\\]", "_");
        return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME);
    }

    /**
     * For a route that is no resource's.
     *
     * @throws ProblemException where they may not
     */
    public static Caller require(RoutingContext request, Role role) {
        Caller caller = of(request).orElseThrow(ProblemException::unauthenticated);
        if (!caller.roles().contains(role)) {
            throw ProblemException.forbidden();
        }
        return caller;
    }

    SecurityIdentity toIdentity() {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(roles.stream().map(Role::id).collect(Collectors.toSet()))
                .addAttribute(ATTRIBUTE, this)
                .build();
    }
}
