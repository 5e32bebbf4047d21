package dev.slicer.inference;

import dev.slicer.inference.batching.BatchingQueue;
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
    private final CheckpointLoading checkpoints;
    private final DocumentStreams streams;
    private final BatchingQueue queue;

    @Inject
    StreamLiveness(CheckpointLoading checkpoints, DocumentStreams streams, BatchingQueue queue) {
        this.checkpoints = checkpoints;
        this.streams = streams;
        this.queue = queue;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("stream")
                .status(queue.isAlive() && checkpoints.isAlive() && streams.areAlive());
        streams.documents().ifPresent(status -> {
            response.withData("state", status.state().name())
                    .withData("lastSignOfLife", status.lastSignOfLife().toString());
            status.problem().ifPresent(problem -> response.withData("problem", problem));
        });
        streams.trials().ifPresent(status -> {
            response.withData("trials", status.state().name());
            status.problem().ifPresent(problem -> response.withData("trialsProblem", problem));
        });
        return response.build();
    }
}
