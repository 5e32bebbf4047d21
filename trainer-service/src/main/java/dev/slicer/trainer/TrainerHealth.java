package dev.slicer.trainer;

import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Tells a trainer that is busy or waits for Kafka, which is well, from one that has stopped reading. */
final class TrainerHealth {
    private TrainerHealth() {}

    @Liveness
    static final class Live implements HealthCheck {
        private final Trainer trainer;

        Live(Trainer trainer) {
            this.trainer = trainer;
        }

        @Override
        public HealthCheckResponse call() {
            HealthCheckResponseBuilder response = trainer.readers().liveness("training");
            trainer.activeJob().ifPresent(job -> response.withData("job", job));
            return response.build();
        }
    }

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
            Optional<String> noJobs = trainer.sharingProblem();
            HealthCheckResponseBuilder response = trainer.readers()
                    .readiness("training-topics", trainer.boardReady(), noJobs.or(trainer::problem), clock.instant());
            // It would leave its share of the jobs undone.
            noJobs.ifPresent(problem -> response.down());
            return response.build();
        }
    }
}
