package dev.slicer.trainer;

import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Tells a trainer that is busy or waits for Kafka, which is well, from one that has stopped reading. */
final class TrainerHealth {
    /** Polling goes on while a job runs; only a partition that moves away may hold it up, for the job to stop. */
    private static final Duration SILENCE = Duration.ofMinutes(3);

    private TrainerHealth() {}

    /** Down once nothing but a restart helps. */
    @Liveness
    static final class Live implements HealthCheck {
        private final Trainer trainer;

        Live(Trainer trainer) {
            this.trainer = trainer;
        }

        @Override
        public HealthCheckResponse call() {
            HealthCheckResponseBuilder response = HealthCheckResponse.named("training");
            trainer.activeJob().ifPresent(job -> response.withData("job", job));
            return trainer.failure()
                    .map(failure -> response.down().withData("failure", failure).build())
                    .orElseGet(() -> response.up().build());
        }
    }

    /** Up while the topics of requests and progress are read. */
    @Readiness
    static final class Ready implements HealthCheck {
        private final Trainer trainer;
        private final Clock clock;

        Ready(Trainer trainer, Clock clock) {
            this.trainer = trainer;
            this.clock = clock;
        }

        @Override
        public HealthCheckResponse call() {
            Duration silence = Duration.between(trainer.lastPoll(), clock.instant());
            return HealthCheckResponse.named("training-topics")
                    .status(trainer.boardReady() && silence.compareTo(SILENCE) < 0)
                    .withData("secondsSinceLastPoll", silence.toSeconds())
                    .build();
        }
    }
}
