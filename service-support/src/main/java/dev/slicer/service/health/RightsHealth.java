package dev.slicer.service.health;

import dev.slicer.kafka.topics.TopicSetup;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * The rights that the service lacks on the brokers. Up even so: what its work comes to without them, the other checks say, and
 * an instance that is taken out of service would not get them.
 */
@Readiness
class RightsHealth implements HealthCheck {
    private final TopicSetup setup;

    RightsHealth(TopicSetup setup) {
        this.setup = setup;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("rights").up();
        List<String> lacking = setup.lackingRights();
        if (!lacking.isEmpty()) {
            response.withData("problem", String.join("; ", lacking));
        }
        return response.build();
    }
}
