package dev.slicer.service.edge;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** What is wrong with the files of the certificate. Up even so, as the one of before is shown. */
@Readiness
class CertificateHealth implements HealthCheck {
    private final Tls tls;

    CertificateHealth(Tls tls) {
        this.tls = tls;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("certificate").up().withData("tls", tls.isOn());
        tls.problem().ifPresent(problem -> response.withData("problem", problem));
        return response.build();
    }
}
