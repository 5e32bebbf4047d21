package dev.slicer.service.health;

import dev.slicer.kafka.records.RecordSizes;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * What is wrong with the records' sizes. Up even so: everything else is answered, and an instance that is taken out of
 * service would not make a topic take larger ones.
 */
@Readiness
class RecordsHealth implements HealthCheck {
    private final RecordSizes sizes;

    RecordsHealth(RecordSizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("records").up().withData("passedOver", sizes.passedOver());
        sizes.lastPassedOver().ifPresent(last -> response.withData("lastPassedOver", last));
        sizes.low().forEach((topic, bytes) -> response.withData(topic, "takes records of up to " + bytes + " bytes"));
        return response.build();
    }
}
