package dev.slicer.inference;

import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.checkpoints.CheckpointListener;
import dev.slicer.inference.stream.DocumentStream;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Up while the loops turn: a slow batch or a broker that is away are not death, since the loop still signals. */
@Liveness
@Readiness
class StreamLiveness implements HealthCheck {
    private final InferenceService service;
    private final BatchingQueue queue;

    @Inject
    StreamLiveness(InferenceService service, BatchingQueue queue) {
        this.service = service;
        this.queue = queue;
    }

    @Override
    public HealthCheckResponse call() {
        boolean alive = queue.isAlive()
                && service.listener().map(CheckpointListener::isAlive).orElse(true)
                && service.stream().map(DocumentStream::isAlive).orElse(true)
                && service.trials().map(DocumentStream::isAlive).orElse(true);
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("stream").status(alive);
        service.stream().map(DocumentStream::status).ifPresent(status -> {
            response.withData("state", status.state().name())
                    .withData("lastSignOfLife", status.lastSignOfLife().toString());
            status.problem().ifPresent(problem -> response.withData("problem", problem));
        });
        service.trials().map(DocumentStream::status).ifPresent(status -> {
            response.withData("trials", status.state().name());
            status.problem().ifPresent(problem -> response.withData("trialsProblem", problem));
        });
        return response.build();
    }
}
