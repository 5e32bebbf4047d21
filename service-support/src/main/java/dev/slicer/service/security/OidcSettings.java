package dev.slicer.service.security;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Switches Quarkus' OpenID Connect on in the mode that needs it, with what our own settings say. */
public final class OidcSettings implements ConfigSourceFactory {
    /** Less than a service's own properties have. */
    private static final int ORDINAL = 200;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        boolean on =
                "oidc".equalsIgnoreCase(value(context, "slicer.security.mode").orElse(""));
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.oidc.tenant-enabled", Boolean.toString(on));
        if (on) {
            value(context, "slicer.security.oidc.issuer")
                    .ifPresent(issuer -> settings.put("quarkus.oidc.auth-server-url", issuer));
            value(context, "slicer.security.oidc.audience").ifPresent(audience -> {
                settings.put("quarkus.oidc.token.audience", audience);
                settings.put("quarkus.oidc.client-id", audience);
            });
            // Asking the provider what a token is worth would leave out for whom it was made.
            settings.put("quarkus.oidc.token.allow-opaque-token-introspection", "false");
            settings.put("quarkus.oidc.token.allow-jwt-introspection", "false");
            settings.put(
                    "quarkus.oidc.roles.role-claim-path",
                    value(context, "slicer.security.oidc.roles-claim").orElse("roles"));
        }
        return List.of(new PropertiesConfigSource(settings, "OpenID Connect", ORDINAL));
    }

    private static Optional<String> value(ConfigSourceContext context, String key) {
        return Optional.ofNullable(context.getValue(key).getValue()).filter(value -> !value.isBlank());
    }
}
