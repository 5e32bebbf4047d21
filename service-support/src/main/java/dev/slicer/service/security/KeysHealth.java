package dev.slicer.service.security;

import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** What is wrong with the file of keys. Up even so, as the keys of before are accepted. */
@Readiness
class KeysHealth implements HealthCheck {
    private final Access access;

    KeysHealth(Access access) {
        this.access = access;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("callers")
                .up()
                .withData("mode", access.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        access.keys().ifPresent(keys -> {
            response.withData("keys", keys.count());
            keys.problem().ifPresent(problem -> response.withData("problem", problem));
        });
        return response.build();
    }
}
