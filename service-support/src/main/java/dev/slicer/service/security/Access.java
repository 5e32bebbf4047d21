package dev.slicer.service.security;

import dev.slicer.access.KeyFileException;
import dev.slicer.service.security.SecurityConfig.Mode;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How this service knows its callers, made from the configuration. What contradicts itself stops the start. */
@Singleton
class Access {
    private static final Set<String> LOOPBACK = Set.of("localhost", "::1", "[::1]", "0:0:0:0:0:0:0:1");

    private final Mode mode;
    private final boolean forThisMachine;
    private final Optional<KeyRing> keys;

    /** @throws IllegalArgumentException naming the settings */
    @Inject
    Access(SecurityConfig config, @ConfigProperty(name = "quarkus.http.host") String host, Clock clock) {
        this.mode = config.mode();
        this.forThisMachine = config.mode() == Mode.NONE && !config.allowOpen();
        this.keys = switch (config.mode()) {
            case NONE -> {
                requireLoopback(host, config.allowOpen());
                yield Optional.empty();
            }
            case API_KEY -> Optional.of(keyRing(config, clock));
            case OIDC -> {
                require("slicer.security.oidc.issuer", config.oidc().issuer());
                require("slicer.security.oidc.audience", config.oidc().audience());
                yield Optional.empty();
            }
        };
    }

    private static void requireLoopback(String host, boolean allowOpen) {
        if (!isLoopback(host) && !allowOpen) {
            throw new IllegalArgumentException("slicer.security.mode is none, which lets everybody do everything, and "
                    + "quarkus.http.host is " + host
                    + ", which others can reach. Set slicer.security.mode to api-key or oidc, "
                    + "quarkus.http.host to 127.0.0.1 or, if something else keeps strangers away, "
                    + "slicer.security.allow-open to true");
        }
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.contains(host.toLowerCase(Locale.ROOT)) || host.matches("127(\\.\\d{1,3}){3}");
    }

    private static KeyRing keyRing(SecurityConfig config, Clock clock) {
        Path file = require("slicer.security.api-keys.file", config.apiKeys().file());
        try {
            return new KeyRing(file, clock);
        } catch (KeyFileException e) {
            throw new IllegalArgumentException("slicer.security.api-keys.file: " + e.getMessage(), e);
        }
    }

    private static <T> T require(String key, Optional<T> value) {
        return value.orElseThrow(
                () -> new IllegalArgumentException(key + " is missing, which this slicer.security.mode needs"));
    }

    /** Before anything that others could reach. */
    void start(@Observes @Priority(1) StartupEvent start, SecurityConfig config, Vertx vertx) {
        keys.ifPresent(ring -> vertx.setPeriodic(
                config.apiKeys().reloadEvery().toMillis(),
                timer -> vertx.executeBlocking(() -> {
                    ring.refresh();
                    return ring.count();
                })));
    }

    /** Whether only this machine's users are meant to ask, and nobody is asked who they are. */
    boolean isForThisMachine() {
        return forThisMachine;
    }

    Mode mode() {
        return mode;
    }

    /** Of the mode {@code api-key}. */
    Optional<KeyRing> keys() {
        return keys;
    }
}
