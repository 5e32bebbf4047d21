package dev.slicer.service.security;

import dev.slicer.access.ApiKey;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Knows callers by their keys, or lets all of them be everybody; tokens are left to OpenID Connect's mechanism. */
@Singleton
class KeyMechanism implements HttpAuthenticationMechanism {
    /** For clients that cannot set {@code Authorization}. */
    static final String HEADER = "X-API-Key";

    private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");

    private final Access access;
    private final SecurityIdentity everybody = Caller.everybody().toIdentity();

    KeyMechanism(Access access) {
        this.access = access;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager identities) {
        return switch (access.mode()) {
            case NONE -> Uni.createFrom().item(everybody);
            case API_KEY ->
                presented(request)
                        .map(this::holderOf)
                        .orElseGet(() -> Uni.createFrom().nullItem());
            case OIDC -> Uni.createFrom().nullItem();
        };
    }

    private Uni<SecurityIdentity> holderOf(String key) {
        return access.keys()
                .flatMap(keys -> keys.find(key))
                .map(entry -> Uni.createFrom().item(Caller.of(entry).toIdentity()))
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()));
    }

    private static Optional<String> presented(RoutingContext request) {
        Optional<String> authorization = Optional.ofNullable(request.request().getHeader(HttpHeaders.AUTHORIZATION));
        if (authorization.isPresent()) {
            Matcher bearer = BEARER.matcher(authorization.get());
            // Credentials of another kind are no key, and no reason to take the request for one without.
            return Optional.of(bearer.matches() ? bearer.group(1) : "");
        }
        return Optional.ofNullable(request.request().getHeader(HEADER));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom().item(new ChallengeData(401, Refusals.CHALLENGE_HEADER, Refusals.CHALLENGE));
    }

    /** Every request is asked for its key, whatever else it has. */
    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext request) {
        return Uni.createFrom()
                .item(new HttpCredentialTransport(HttpCredentialTransport.Type.OTHER_HEADER, ApiKey.PREFIX + HEADER));
    }

    /** Before the one of OpenID Connect. */
    @Override
    public int getPriority() {
        return HttpAuthenticationMechanism.DEFAULT_PRIORITY + 100;
    }
}
