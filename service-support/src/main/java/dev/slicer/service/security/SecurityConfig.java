package dev.slicer.service.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Who may ask for what over HTTP. */
@ConfigMapping(prefix = "slicer.security")
public interface SecurityConfig {
    /**
     * How callers are known: {@code none}, everybody may do everything; {@code api-key}, by keys whose hashes are in a file;
     * {@code oidc}, by bearer tokens of an OpenID Connect provider. With {@code none} the service starts on a loopback address
     * only.
     */
    @WithDefault("none")
    Mode mode();

    enum Mode {
        /** Everybody may do everything. */
        NONE,
        /** Keys whose hashes are in a file. */
        API_KEY,
        /** Tokens of a provider. */
        OIDC
    }

    /**
     * Whether {@code slicer.security.mode=none} is right on an address that is no loopback address: whoever reaches it may do
     * everything.
     */
    @WithDefault("false")
    boolean allowOpen();

    ApiKeys apiKeys();

    Oidc oidc();

    /** Of the mode {@code api-key}. */
    interface ApiKeys {
        /**
         * File with an entry for each key, as {@code ./slicer api-key create} prints it. It is read again when it changes.
         * Default: none; the mode {@code api-key} needs one.
         */
        Optional<Path> file();

        /** How often the service looks whether the file has changed. */
        @WithDefault("5s")
        @DurationMin(millis = 100, message = "must be at least 0.1 s, got ${validatedValue}")
        Duration reloadEvery();
    }

    /** Of the mode {@code oidc}. */
    interface Oidc {
        /**
         * Address of the provider, below which {@code .well-known/openid-configuration} is found. Default: none; the mode
         * {@code oidc} needs one.
         */
        Optional<String> issuer();

        /**
         * What a token's {@code aud} must hold, so that a token which was made for another service opens nothing here.
         * Default: none; the mode {@code oidc} needs one.
         */
        Optional<String> audience();

        /** Path of the claim with the roles, parted by slashes, as {@code realm_access/roles}. */
        @WithDefault("roles")
        String rolesClaim();
    }
}
